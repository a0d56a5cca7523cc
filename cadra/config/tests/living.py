"""`python -m cadra.config.tests.living make | read CASE`: a file with everything in it in a copy, and its notes."""

import json
import sys

import django


def main() -> None:
    django.setup()
    from cadra.foundation import vault  # noqa: PLC0415 - settings exist only now
    from cadra.record.cases.models import Note  # noqa: PLC0415 - settings exist only now
    from tests import cast, world  # noqa: PLC0415 - settings exist only now
    from tests.house import House  # noqa: PLC0415 - settings exist only now

    if sys.argv[1] == "make":
        cast.settle()
        print(world.build(House("copy", cast.people())).case_id)
        return
    with House("copy", cast.people()).as_("marta") as marta:
        rows = list(Note.objects.filter(case_id=sys.argv[2]))
        vault.unseal(marta.ring, rows)
        print(json.dumps([row.plain["text"] for row in rows]))


if __name__ == "__main__":
    main()
