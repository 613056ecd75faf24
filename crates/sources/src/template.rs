//! Blank files to fill in: a header and one example line for each kind, that read by the guess alone.

use crate::target::FileKind;

/// A CSV file with the columns of a kind and one line that shows how to fill them.
///
/// ```
/// let blank = sources::template(sources::FileKind::Costs);
/// assert!(blank.starts_with("cost_id,customer,date,activity,amount,currency"));
/// ```
pub fn template(kind: FileKind) -> String {
    let (header, example) = match kind {
        FileKind::Customers => (
            "customer,kind,company,title,first_name,last_name,email,phone,street,postcode,city,country,birth_date,vat,company_number,owner,industry,credit_limit,credit_rating",
            "K-1001,person,Boulangerie du Port,Mme,Jeanne,Le Goff,jeanne.legoff@example.com,+33 2 98 00 00 00,12 quai Nord,29200,Brest,FR,1980-05-17,FR40303265045,303265045,Claire Dumas,Bakery,5000.00,A",
        ),
        FileKind::Sales => (
            "line_id,customer,order,line,date,product,description,quantity,unit_price,discount,amount,unit_cost,is_return,currency,kg,km",
            "L-1,K-1001,F-2024-001,1,2024-03-15,CAF-250,Coffee 250 g,2,6.90,1.38,12.42,4.10,no,EUR,0.5,12",
        ),
        FileKind::Payments => (
            "payment_id,customer,invoice,amount,currency,due,paid",
            "P-1,K-1001,F-2024-001,12.42,EUR,2024-04-15,2024-04-12",
        ),
        FileKind::Interactions => (
            "interaction_id,customer,date,channel,direction,minutes,who,subject,campaign,outcome,km,kg",
            "V-1,K-1001,2024-03-20 14:30:00,visit,outbound,45,Claire Dumas,New season,Spring 2024,order,38,2.5",
        ),
        FileKind::Requests => (
            "ticket_id,customer,opened,closed,channel,subject",
            "T-1,K-1001,2024-03-21 09:12:00,2024-03-22 16:40:00,email,Parcel damaged",
        ),
        FileKind::Reviews => (
            "review_id,customer,date,rating,product,text",
            "A-1,K-1001,2024-03-25,4,CAF-250,Very good but late",
        ),
        FileKind::Referrals => ("referral_id,customer,referred,date", "R-1,K-1001,K-1002,2024-03-28"),
        FileKind::Costs => (
            "cost_id,customer,date,activity,amount,currency,campaign",
            "C-1,K-1001,2024-03-30,Reminder letter,15.00,EUR,Spring 2024",
        ),
    };
    format!("{header}\r\n{example}\r\n")
}
