-- owner: leads

-- The claim walks each kind in its own order and stops at the first few, however many leads an agent holds.
create index lead_fresh on lead (holder_id, shuffle) where state = 'agent' and tries = 0 and round = 1;
create index lead_again on lead (holder_id, due_at, shuffle) where state = 'agent' and (tries > 0 or round > 1);
create index lead_warm on lead (holder_id, warm_until) where state = 'agent' and warm_until is not null;
