-- owner: platform
-- Both are trusted: the owner of the database may make them on an operator's own server too.
-- btree_gist: no two spans of one person overlap. pg_trgm: names are found by a part of them.
create extension if not exists btree_gist;
create extension if not exists pg_trgm;
