-- owner: customers

-- Whose birthday is today, by month and day: read each morning for the whole centre.
create index customer_birthday on customer (centre_id, ((extract(month from birthday) * 100 + extract(day from birthday))))
  where birthday is not null;
