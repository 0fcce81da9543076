-- owner: platform

-- On servers before 18: the twelve bits after the version tell the part of the millisecond, as uuidv7() of 18 has it, so
-- that rows of one statement sort in the order in which they were written.
do $$
begin
  if current_setting('server_version_num')::int < 180000 then
    create or replace function uuidv7() returns uuid language sql volatile as $fn$
      select (lpad(to_hex(us / 1000), 12, '0') || '7' || lpad(to_hex((us % 1000) * 4096 / 1000), 3, '0')
        || to_hex(8 + floor(random() * 4)::int) || substr(md5(random()::text || us::text), 1, 15))::uuid
      from (select (extract(epoch from clock_timestamp()) * 1000000)::bigint as us) now
    $fn$;
  end if;
end $$;
