"""The file page shows what the reader's grants open, in few round trips, and leaves a look."""

from typing import Any

from cadra.steering.mechanism.queries.file import file_page


def test_the_carrier_sees_name_and_warning(house: Any, carried: Any) -> None:
    with house.as_("marta") as marta:
        page = file_page(marta, carried.pk)
    assert page.file.called == "Dee"
    assert page.contact.plain["rules"]["leave_message"] == "no"
    assert page.file.carried
