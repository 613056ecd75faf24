//! Five sources of one firm, in the words and formats their programs use: each is understood with no mapping given.

use crate::bring::bring;
use ledger::{Attribute, Direction, FactBody, Quantity};
use sources::FileKind;

#[test]
fn the_web_shop_s_customers() {
    let brought = bring(
        "id_client,prenom,nom,societe,email,telephone,adresse,code_postal,ville,pays,date_naissance,date_inscription\n\
         C100234,Hélène,Lefèvre,,Helene.Lefevre@orange.fr,06 42 19 77 53,12 rue des Tanneurs,69003,Lyon,France,14/03/1981,02/05/2024\n\
         C100235,Paul,Petit,Café du Marché,paul@cafe.fr,04 72 11 22 33,3 place Bellecour,69002,Lyon,France,,17/05/2024\n",
        "webshop-customers.csv",
    );
    assert_eq!(brought.guess.mapping.kind, FileKind::Customers);
    assert_eq!(
        brought.columns(),
        [
            "birth_date=date_naissance",
            "city=ville",
            "company=societe",
            "country=pays",
            "customer=id_client",
            "email=email",
            "first_name=prenom",
            "last_name=nom",
            "phone=telephone",
            "postcode=code_postal",
            "street=adresse"
        ]
    );
    let helene = brought.entry(2);
    assert_eq!(helene.customer.as_deref(), Some("C100234"));
    assert_eq!(helene.attributes[&Attribute::BirthDate], "1981-03-14");
    assert_eq!(helene.attributes[&Attribute::Postcode], "69003");
    assert_eq!(helene.fact, None);
}

#[test]
fn the_web_shop_s_orders_in_windows_1252() {
    let text = "N° commande;Date de commande;N° client;E-mail;Référence;Désignation;Quantité;Prix unitaire;Remise;Montant HT;Marge\r\n\
        W2024-001234;17/05/2024 14:32;C100234;;CAF-BRE-250;Café Brésil 250 g;2;6,90;1,38;12,42;4,80\r\n\
        W2024-001235;18/05/2024 09:00;;invite@example.com;CAF-BRE-250;Café Brésil 250 g;200;6,90;;1\u{a0}380,00;400,00\r\n\
        W2024-001236;19/05/2024 10:00;C100234;;CAF-BRE-250;Café Brésil 250 g;-1;6,90;;-6,90;-2,40\r\n\
        W2024-001237;19/05/2024 11:00;;;CAF-BRE-250;Café Brésil 250 g;1;6,90;;6,90;2,40\r\n\
        W2024-001238;31/02/2024 11:00;;;CAF-BRE-250;Café Brésil 250 g;1;6,90;;six;2,40\r\n";
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    let brought = bring(bytes.into_owned(), "webshop-orders.csv");
    assert_eq!(brought.guess.mapping.kind, FileKind::Sales);
    assert_eq!(brought.guess.mapping.format.encoding, "windows-1252");
    assert_eq!(brought.guess.mapping.format.decimal, ',');
    assert_eq!(
        brought.columns(),
        [
            "amount=Montant HT",
            "customer=N° client",
            "date=Date de commande",
            "description=Désignation",
            "discount=Remise",
            "email=E-mail",
            "margin=Marge",
            "order=N° commande",
            "product=Référence",
            "quantity=Quantité",
            "unit_price=Prix unitaire"
        ]
    );
    let sale = brought.sale(2);
    assert_eq!(
        (sale.amount.decimal(), sale.discount.unwrap().decimal(), sale.margin.unwrap().decimal()),
        ("12.42".into(), "1.38".into(), "4.80".into())
    );
    assert_eq!(sale.description.as_deref(), Some("Café Brésil 250 g"));
    assert_eq!(brought.fact(2).happened_at.civil().unwrap().to_string(), "2024-05-17T14:32:00");
    assert_eq!(brought.sale(3).amount.minor, 138_000);
    assert_eq!(brought.entry(3).customer.as_deref(), Some("email:invite@example.com"));
    assert!(brought.sale(4).is_return && brought.sale(4).amount.minor == -690);
    assert_eq!(brought.entry(5).customer, None);
    let rejection = &brought.rejections[0];
    assert_eq!((rejection.row, rejection.column.as_deref()), (6, Some("Date de commande")));
    assert_eq!(rejection.also.len(), 1, "the amount is wrong too: {rejection:?}");
}

#[test]
fn reviews_and_referrals() {
    let reviews = bring(
        "avis_id,date,id_client,reference,note,commentaire\nA1,2024-06-01,C1,CAF-BRE-250,4,\"Très bon, un peu cher\"\nA2,2024-06-02,C2,CAF-BRE-250,5,\nA3,2024-06-02,C2,CAF,2,bof\n",
        "webshop-reviews.csv",
    );
    assert_eq!(reviews.guess.mapping.kind, FileKind::Reviews);
    assert_eq!(
        reviews.columns(),
        [
            "customer=id_client",
            "date=date",
            "id=avis_id",
            "product=reference",
            "rating=note",
            "text=commentaire"
        ]
    );
    match &reviews.fact(2).body {
        FactBody::Review(review) => assert_eq!(review.rating, Some(Quantity(800))),
        other => panic!("{other:?}"),
    }
    let referrals =
        bring("date,parrain,filleul\n13/06/2024,C1,C2\n14/06/2024,C1,C3\n", "webshop-referrals.csv");
    assert_eq!(referrals.guess.mapping.kind, FileKind::Referrals);
    assert_eq!(referrals.columns(), ["customer=parrain", "date=date", "referred=filleul"]);
    assert_eq!(referrals.entries.len(), 2);
}

#[test]
fn the_invoicing_s_customers() {
    let brought = bring(
        "Code client\tRaison sociale\tContact\tSIRET\tN° TVA\tE-mail\tTéléphone\tAdresse\tCP\tVille\tPays\tActivité\n\
         411-00123\tCAFÉ DU MARCHÉ SARL\tM. Paul Petit\t30326504500011\tFR40303265045\tcompta@cafedumarche.fr\t04 72 11 22 33\t3 place Bellecour\t69002\tLyon\tFrance\tRestauration\n\
         411-00124\tPETIT Paul\t\t\t\tpaul@example.fr\t06 11 22 33 44\t1 rue Neuve\t69001\tLyon\tFrance\t\n",
        "invoicing-customers.tsv",
    );
    assert_eq!(brought.guess.mapping.kind, FileKind::Customers);
    assert_eq!(
        brought.columns(),
        [
            "city=Ville",
            "company=Raison sociale",
            "company_number=SIRET",
            "country=Pays",
            "customer=Code client",
            "email=E-mail",
            "industry=Activité",
            "phone=Téléphone",
            "postcode=CP",
            "street=Adresse",
            "vat=N° TVA"
        ]
    );
}

#[test]
fn the_support_desk_s_tickets_and_contacts() {
    let tickets = bring(
        concat!(
            r#"{"ticket_id":"T-10023","created_at":"2025-03-04T09:12:00Z","closed_at":"2025-03-05T16:40:00Z","requester_id":"U-5001","requester_name":"Hélène Lefèvre","requester_email":"h@orange.fr","requester_phone":null,"channel":"email","subject":"Colis abîmé","status":"closed"}"#,
            "\n{\"ticket_id\": oops}\n",
            r#"{"ticket_id":"T-10024","created_at":"2025-03-06T09:12:00Z","closed_at":null,"requester_id":"U-5002","requester_name":"Paul Petit","requester_email":"p@orange.fr","requester_phone":"0611223344","channel":"téléphone","subject":"Facture","status":"open"}"#,
            "\n"
        ),
        "support-requests.ndjson",
    );
    assert_eq!(tickets.guess.mapping.kind, FileKind::Requests);
    assert_eq!(
        tickets.columns(),
        [
            "channel=channel",
            "closed=closed_at",
            "customer=requester_id",
            "email=requester_email",
            "id=ticket_id",
            "name=requester_name",
            "opened=created_at",
            "phone=requester_phone",
            "subject=subject"
        ]
    );
    match &tickets.fact(3).body {
        FactBody::Request(request) => {
            assert_eq!((request.closed, request.channel.as_deref()), (None, Some("call")))
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(tickets.fact(1).reference.as_deref(), Some("T-10023"));
    assert_eq!(tickets.rejections.iter().map(|rejection| rejection.row).collect::<Vec<_>>(), [2]);

    let contacts = bring(
        concat!(
            r#"{"contact_id":"K-20001","at":"2025-03-04T09:20:00Z","requester_id":"U-5001","channel":"call","direction":"inbound","minutes":12.5,"agent":"Nadia Benali","subject":"Colis abîmé"}"#,
            "\n",
            r#"{"contact_id":"K-20002","at":"2025-03-05T09:20:00Z","requester_id":"U-5001","channel":"call","direction":"outbound","minutes":"une heure","agent":"Nadia Benali","subject":"Rappel"}"#,
            "\n",
            r#"{"contact_id":"K-20003","at":"2025-03-05T09:20:00Z","requester_id":"U-5002","channel":"chat","direction":"inbound","minutes":3,"agent":"Nadia Benali","subject":"Rappel"}"#,
            "\n"
        ),
        "support-contacts.ndjson",
    );
    assert_eq!(contacts.guess.mapping.kind, FileKind::Interactions);
    assert_eq!(
        contacts.columns(),
        [
            "channel=channel",
            "customer=requester_id",
            "date=at",
            "direction=direction",
            "id=contact_id",
            "minutes=minutes",
            "subject=subject",
            "who=agent"
        ]
    );
    match &contacts.fact(1).body {
        FactBody::Interaction(call) => {
            assert_eq!((call.minutes, call.direction), (Some(Quantity(12_500)), Some(Direction::Inbound)));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(contacts.rejections[0].column.as_deref(), Some("minutes"));
}

#[test]
fn the_field_force_s_accounts_and_visits() {
    let accounts = bring(
        "Account ID,Account name,Type,First name,Last name,Email,Phone,Street,Postcode,City,Country,Company number,Owner\n\
         ACC-0123,Café du Marché,company,Paul,Petit,contact@cafedumarche.fr,+33 4 72 11 22 33,3 place Bellecour,69002,Lyon,FR,303265045,Claire Dumas\n\
         ACC-0124,Jeanne Le Goff,person,Jeanne,Le Goff,j@legoff.fr,+33 2 98 11 22 33,1 quai,29200,Brest,FR,,Claire Dumas\n",
        "field-accounts.csv",
    );
    assert_eq!(accounts.guess.mapping.kind, FileKind::Customers);
    assert_eq!(
        accounts.columns(),
        [
            "city=City",
            "company_number=Company number",
            "country=Country",
            "customer=Account ID",
            "email=Email",
            "first_name=First name",
            "kind=Type",
            "last_name=Last name",
            "name=Account name",
            "owner=Owner",
            "phone=Phone",
            "postcode=Postcode",
            "street=Street"
        ]
    );
    assert_eq!(accounts.entry(2).attributes[&Attribute::Kind], "organisation");

    let visits = bring(
        "Visit ID,Account ID,Date,Start,Minutes,Seller,Purpose\nV1,ACC-0123,2025-03-04,14:30,45,Claire Dumas,New season\nV2,ACC-0123,2025-03-11,09:00,30,Claire Dumas,Order\n",
        "field-visits.csv",
    );
    assert_eq!(visits.guess.mapping.kind, FileKind::Interactions);
    assert_eq!(
        visits.columns(),
        [
            "customer=Account ID",
            "date=Date + Start",
            "id=Visit ID",
            "minutes=Minutes",
            "subject=Purpose",
            "who=Seller"
        ]
    );
    assert_eq!(visits.fact(2).happened_at.civil().unwrap().to_string(), "2025-03-04T14:30:00");
    match &visits.fact(2).body {
        FactBody::Interaction(visit) => assert_eq!(visit.channel, "visit"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_credit_file() {
    let customers = bring(
        "Dossier\tNom\tSIREN\tN° TVA\tTéléphone\tE-mail\tVille\tPlafond de crédit\tCote\n\
         D-1\tCAFE DU MARCHE\t303265045\tFR40303265045\t04 72 11 22 33\tcompta@cafe.fr\tLyon\t5 000,00\tB\n\
         D-2\tPETIT PAUL\t\t\t06 11 22 33 44\tp@p.fr\tLyon\t500,00\tA\n",
        "credit-customers.tsv",
    );
    assert_eq!(customers.guess.mapping.kind, FileKind::Customers);
    assert_eq!(
        customers.columns(),
        [
            "city=Ville",
            "company_number=SIREN",
            "credit_limit=Plafond de crédit",
            "credit_rating=Cote",
            "customer=Dossier",
            "email=E-mail",
            "name=Nom",
            "phone=Téléphone",
            "vat=N° TVA"
        ]
    );
    assert_eq!(customers.entry(2).attributes[&Attribute::CreditLimit], "5000");

    let payments = bring(
        "dossier,facture,montant,emise,echeance,payee\nD-1,F1,120.50,2025-01-01,2025-01-31,2025-02-10\nD-1,F2,80.00,2025-02-01,2025-02-28,\n",
        "credit-payments.csv",
    );
    assert_eq!(payments.guess.mapping.kind, FileKind::Payments);
    assert_eq!(
        payments.columns(),
        ["amount=montant", "customer=dossier", "due=echeance", "invoice=facture", "paid=payee"]
    );
    assert_eq!(payments.fact(2).reference.as_deref(), Some("F1"));
    assert_eq!(payments.fact(2).happened_at.civil().unwrap().to_string(), "2025-02-10T00:00:00");
    assert_eq!(payments.fact(3).happened_at.civil().unwrap().to_string(), "2025-02-28T00:00:00");

    let costs = bring(
        "\u{feff}Dossier;Date;Activité;Coût\nD-1;04/05/2025;Lettre de relance;15,00\nD-2;14/05/2025;Appel;5,00\n",
        "credit-costs.csv",
    );
    assert_eq!(costs.guess.mapping.kind, FileKind::Costs);
    assert_eq!(costs.columns(), ["activity=Activité", "amount=Coût", "customer=Dossier", "date=Date"]);
}

#[test]
fn invoice_lines_whose_cost_price_is_by_unit() {
    let brought = bring(
        "N° facture;Date facture;Code client;Article;Libellé;Qté;PU HT;Remise;Total HT;Coût de revient\n\
         FA-1;04/05/2025;411-1;CAF;Café;3;10,00;0,00;30,00;4,00\n\
         FA-2;05/05/2025;411-1;CAF;Café;2;10,00;2,00;18,00;4,00\n\
         AV-1;16/05/2025;411-1;CAF;Café;-1;10,00;0,00;-10,00;4,00\n",
        "invoicing-lines.csv",
    );
    assert_eq!(brought.guess.mapping.kind, FileKind::Sales);
    assert_eq!(
        brought.columns(),
        [
            "amount=Total HT",
            "customer=Code client",
            "date=Date facture",
            "description=Libellé",
            "discount=Remise",
            "order=N° facture",
            "product=Article",
            "quantity=Qté",
            "unit_cost=Coût de revient",
            "unit_price=PU HT"
        ]
    );
    assert_eq!(brought.sale(2).margin.unwrap().decimal(), "18.00");
    assert_eq!(brought.sale(4).margin.unwrap().decimal(), "-6.00", "the goods come back with their cost");
}
