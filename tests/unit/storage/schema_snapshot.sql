CREATE TABLE account_balance (account INTEGER NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (account)) STRICT;

CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));

CREATE TABLE asset (asset_id BLOB NOT NULL, owner BLOB NOT NULL, kind TEXT NOT NULL, template TEXT NOT NULL, last_day INTEGER, part_of BLOB, code TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (asset_id)) WITHOUT ROWID, STRICT;

CREATE TABLE card (card_number TEXT NOT NULL, member_id BLOB NOT NULL, PRIMARY KEY (card_number, member_id)) WITHOUT ROWID, STRICT;

CREATE TABLE card_step (card_number INTEGER NOT NULL, step INTEGER NOT NULL, PRIMARY KEY (card_number)) STRICT;

CREATE TABLE document (collection TEXT NOT NULL, "key" TEXT NOT NULL, hlc INTEGER NOT NULL, device BLOB NOT NULL, body BLOB NOT NULL, acknowledged INTEGER NOT NULL, PRIMARY KEY (collection, "key")) STRICT;

CREATE TABLE elsewhere (holder BLOB NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (holder, position), FOREIGN KEY(position) REFERENCES event (position)) WITHOUT ROWID, STRICT;

CREATE TABLE event (position INTEGER NOT NULL, stream_key INTEGER NOT NULL, sequence INTEGER NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL, canonical BLOB NOT NULL, hash BLOB NOT NULL, projected INTEGER NOT NULL, PRIMARY KEY (position), FOREIGN KEY(stream_key) REFERENCES stream (stream_key)) STRICT;

CREATE TABLE exception_case (item BLOB NOT NULL, opened_at INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (item)) STRICT;

CREATE TABLE held_balance (holder BLOB NOT NULL, account INTEGER NOT NULL, settled INTEGER NOT NULL, pending INTEGER NOT NULL, PRIMARY KEY (holder, account)) WITHOUT ROWID, STRICT;

CREATE TABLE held_cart (cart_id BLOB NOT NULL, held_at INTEGER NOT NULL, label TEXT NOT NULL, lines INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (cart_id)) STRICT;

CREATE TABLE holder (holder BLOB NOT NULL, visits INTEGER NOT NULL, orders INTEGER NOT NULL, first_day INTEGER, last_day INTEGER, settled_visits INTEGER DEFAULT 0 NOT NULL, settled_orders INTEGER DEFAULT 0 NOT NULL, settled_first_day INTEGER, settled_last_day INTEGER, recent_days BLOB, mark INTEGER DEFAULT 0 NOT NULL, PRIMARY KEY (holder)) WITHOUT ROWID, STRICT;

CREATE TABLE holder_coverage (holder BLOB NOT NULL, stream_key INTEGER NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (holder, stream_key), FOREIGN KEY(stream_key) REFERENCES stream (stream_key)) WITHOUT ROWID, STRICT;

CREATE TABLE member (member_key INTEGER NOT NULL, member_id BLOB NOT NULL, card_number TEXT NOT NULL, phone TEXT NOT NULL, phone_reversed TEXT NOT NULL, phone_e164 TEXT NOT NULL, name TEXT NOT NULL, birthday TEXT NOT NULL, marketing INTEGER NOT NULL, joined INTEGER, PRIMARY KEY (member_key), UNIQUE (member_id)) STRICT;

CREATE TABLE member_day (member BLOB NOT NULL, day INTEGER NOT NULL, net INTEGER NOT NULL, orders INTEGER NOT NULL, pending_net INTEGER NOT NULL, pending_orders INTEGER NOT NULL, PRIMARY KEY (member, day)) WITHOUT ROWID, STRICT;

CREATE TABLE member_here (member_key INTEGER NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (member_key), FOREIGN KEY(member_key) REFERENCES member (member_key)) STRICT;

CREATE VIRTUAL TABLE member_name_search USING fts5(name, tokenize='unicode61', content='', contentless_delete=1);

CREATE VIRTUAL TABLE member_phone_search USING fts5(phone, tokenize='trigram', content='', contentless_delete=1, detail=none);

CREATE TABLE member_spelling (spelling TEXT NOT NULL, member_key INTEGER NOT NULL, PRIMARY KEY (spelling, member_key), FOREIGN KEY(member_key) REFERENCES member (member_key)) WITHOUT ROWID, STRICT;

CREATE TABLE member_state (member_id BLOB NOT NULL, state TEXT NOT NULL, survivor BLOB, card_until INTEGER, consents BLOB NOT NULL, PRIMARY KEY (member_id)) WITHOUT ROWID, STRICT;

CREATE TABLE number_claim (number_key BLOB NOT NULL, member_id BLOB, generation INTEGER NOT NULL, PRIMARY KEY (number_key)) WITHOUT ROWID, STRICT;

CREATE TABLE payment (out_trade_no TEXT NOT NULL, cart_id BLOB NOT NULL, stage INTEGER NOT NULL, next_at INTEGER, sold INTEGER NOT NULL, body BLOB NOT NULL, basket BLOB NOT NULL, PRIMARY KEY (out_trade_no)) STRICT;

CREATE TABLE payment_return (number TEXT NOT NULL, next_at INTEGER, body BLOB NOT NULL, PRIMARY KEY (number)) STRICT;

CREATE TABLE posting (position INTEGER NOT NULL, line INTEGER NOT NULL, account INTEGER NOT NULL, holder BLOB, amount INTEGER NOT NULL, PRIMARY KEY (position, line), FOREIGN KEY(position) REFERENCES event (position)) WITHOUT ROWID, STRICT;

CREATE TABLE print_job (job_id INTEGER NOT NULL, number TEXT NOT NULL, made_at INTEGER NOT NULL, begun INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (job_id)) STRICT;

CREATE TABLE product (product_key INTEGER NOT NULL, sku TEXT NOT NULL, revision INTEGER NOT NULL, current INTEGER NOT NULL, active INTEGER NOT NULL, barcode TEXT NOT NULL, plu TEXT NOT NULL, quick INTEGER NOT NULL, name_zh TEXT NOT NULL, name_en TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (product_key), UNIQUE (sku, revision), CHECK (revision > 0)) STRICT;

CREATE VIRTUAL TABLE product_name_search USING fts5(name, tokenize='unicode61', content='', contentless_delete=1);

CREATE TABLE product_spelling (spelling TEXT NOT NULL, product_key INTEGER NOT NULL, PRIMARY KEY (spelling, product_key), FOREIGN KEY(product_key) REFERENCES product (product_key)) WITHOUT ROWID, STRICT;

CREATE TABLE programme (version INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (version)) STRICT;

CREATE TABLE refund (position INTEGER NOT NULL, original BLOB NOT NULL, receipt_number TEXT NOT NULL, serial INTEGER, business_day INTEGER NOT NULL, member BLOB, amount INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (position), FOREIGN KEY(position) REFERENCES event (position)) STRICT;

CREATE TABLE request (request_id BLOB NOT NULL, answer BLOB NOT NULL, PRIMARY KEY (request_id)) WITHOUT ROWID, STRICT;

CREATE TABLE revoked_card (card_number TEXT NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (card_number)) WITHOUT ROWID, STRICT;

CREATE TABLE sale (position INTEGER NOT NULL, receipt_number TEXT NOT NULL, serial INTEGER, business_day INTEGER NOT NULL, cashier TEXT NOT NULL, member BLOB, due INTEGER NOT NULL, at INTEGER NOT NULL, cart_id BLOB, PRIMARY KEY (position), FOREIGN KEY(position) REFERENCES event (position)) STRICT;

CREATE TABLE segment (segment_key INTEGER NOT NULL, stream_key INTEGER NOT NULL, first_sequence INTEGER NOT NULL, last_sequence INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (segment_key), FOREIGN KEY(stream_key) REFERENCES stream (stream_key)) STRICT;

CREATE TABLE setting (name TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (name)) WITHOUT ROWID, STRICT;

CREATE TABLE stream (stream_key INTEGER NOT NULL, device BLOB NOT NULL, incarnation BLOB NOT NULL, store_id TEXT NOT NULL, own INTEGER NOT NULL, head_sequence INTEGER NOT NULL, head_hash BLOB NOT NULL, acknowledged_sequence INTEGER DEFAULT 0 NOT NULL, covered_sequence INTEGER DEFAULT 0 NOT NULL, PRIMARY KEY (stream_key), UNIQUE (device, incarnation)) STRICT;

CREATE TABLE stream_gap (stream_key INTEGER NOT NULL, sequence INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (stream_key, sequence), FOREIGN KEY(stream_key) REFERENCES stream (stream_key)) WITHOUT ROWID, STRICT;

CREATE INDEX asset_code ON asset (code) WHERE code <> '';

CREATE INDEX asset_owner ON asset (owner);

CREATE INDEX asset_part ON asset (part_of) WHERE part_of IS NOT NULL;

CREATE INDEX asset_template ON asset (template, kind);

CREATE INDEX document_outbox ON document (hlc) WHERE acknowledged = 0;

CREATE INDEX document_promised ON document (hlc) WHERE acknowledged = 2;

CREATE INDEX event_claim ON event (position) WHERE kind = 55;

CREATE INDEX event_deferred ON event (position) WHERE projected = 0;

CREATE INDEX event_people ON event (kind, position) WHERE kind BETWEEN 40 AND 49;

CREATE UNIQUE INDEX event_place ON event (stream_key, sequence);

CREATE INDEX event_staff ON event (position) WHERE kind = 59;

CREATE INDEX holder_last_day ON holder (last_day) WHERE last_day IS NOT NULL;

CREATE INDEX member_birthday ON member (substr(birthday, -4)) WHERE birthday <> '';

CREATE INDEX member_phone ON member (phone);

CREATE INDEX member_phone_reversed ON member (phone_reversed);

CREATE INDEX member_spelling_member ON member_spelling (member_key);

CREATE INDEX payment_cart ON payment (cart_id);

CREATE INDEX payment_next ON payment (next_at) WHERE next_at IS NOT NULL;

CREATE INDEX payment_return_next ON payment_return (next_at) WHERE next_at IS NOT NULL;

CREATE INDEX payment_unsold ON payment (out_trade_no) WHERE stage = 6 AND sold = 0;

CREATE INDEX posting_holder ON posting (holder, account, position) WHERE holder IS NOT NULL;

CREATE INDEX product_barcode ON product (barcode) WHERE current = 1 AND barcode <> '';

CREATE UNIQUE INDEX product_current ON product (sku) WHERE current = 1;

CREATE INDEX product_plu ON product (plu) WHERE current = 1 AND plu <> '';

CREATE INDEX product_quick ON product (quick) WHERE current = 1 AND quick > 0;

CREATE INDEX product_spelling_product ON product_spelling (product_key);

CREATE INDEX refund_member ON refund (member, position) WHERE member IS NOT NULL;

CREATE INDEX refund_original ON refund (original);

CREATE INDEX refund_serial ON refund (business_day, serial) WHERE serial IS NOT NULL;

CREATE UNIQUE INDEX sale_cart ON sale (cart_id) WHERE cart_id IS NOT NULL;

CREATE INDEX sale_member ON sale (member, position) WHERE member IS NOT NULL;

CREATE INDEX sale_receipt ON sale (receipt_number);

CREATE INDEX sale_serial ON sale (business_day, serial) WHERE serial IS NOT NULL;

CREATE INDEX segment_place ON segment (stream_key, first_sequence);
