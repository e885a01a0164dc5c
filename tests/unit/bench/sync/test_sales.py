"""An entry is a posting or a sale line, however it is written down."""

from __future__ import annotations

from bench.sync.beside import entry_documents, sale_documents
from bench.sync.sales import as_rows, entries, entry_rows, make_sales, posting_rows, postings

SALES = make_sales(40, seed=3)
ROWS = as_rows(SALES)


def test_there_is_a_row_for_each_posting_and_one_more_for_each_line() -> None:
    assert len(posting_rows(ROWS)) == postings(ROWS)
    lines = sum(len(sale.lines) for _at, sale in SALES)
    assert len(entry_rows(ROWS)) == entries(ROWS) == postings(ROWS) + lines


def test_the_rows_hold_what_the_sales_say() -> None:
    amounts = sum(row[4] for row in entry_rows(ROWS) if row[1] >= 1_000)
    assert amounts == sum(line.list_amount.fen for _at, sale in SALES for line in sale.lines)
    assert {row[3] for row in posting_rows(ROWS)} == {sale.member for _at, sale in SALES}


def test_a_document_each_and_no_two_of_one_name() -> None:
    documents = entry_documents(ROWS)
    assert len({each["_id"] for each in documents}) == entries(ROWS)
    assert len({each["_id"] for each in sale_documents(ROWS)}) == len(SALES)


def test_a_month_takes_a_month() -> None:
    first, last = (make_sales(1_000, apart=2_592.0)[place][0] for place in (0, -1))
    assert 25 < (last - first).days < 35
