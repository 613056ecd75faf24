-- Every customer's folded name, for the palette.
select id, name_key from customer_text where name_key <> ''
