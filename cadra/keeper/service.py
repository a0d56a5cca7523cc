"""What the keeper does, one method an operation. Arguments are a message's fields; answers are its reply."""

import threading
from collections import Counter
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cadra.keeper import arrivals, clients, comparing, compartments, grants, keys, sessions, wire
from cadra.keeper.arrivals import Arrivals
from cadra.keeper.closings import Closing, Closings
from cadra.keeper.config import Config
from cadra.keeper.crypto import BrokenSeal, Root
from cadra.keeper.epochs import Epochs
from cadra.keeper.errors import CannotStart, Refused, no_session, not_allowed
from cadra.keeper.grants import case_id
from cadra.keeper.meter import Meter, raise_alarm
from cadra.keeper.names import bound
from cadra.keeper.names.register import Register
from cadra.keeper.store import Store, set_meta

Reply = dict[str, Any]
_OBJECTIONS = {**arrivals.WORDS, **clients.WORDS}


class Service:
    """The opened store and everything the keeper knows."""

    def __init__(self, config: Config) -> None:
        config.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        config.folder.chmod(0o700)
        self._config = config
        self._root = Root(config.root)
        self._store = Store(config.folder / "keeper.db")
        self._epochs = Epochs(config.folder / "epochs", self._root)
        self._epochs.load(store_is_new=self._store.is_new)
        self._closings = Closings(config.folder / "closings")
        self._replay()
        with self._store.writing() as db:
            sessions.close_system(db)
        self._signer = self._signing_key()
        self._turning = threading.Lock()
        self._meter = Meter(config.quota)
        self._arrivals = Arrivals(config.sessions, config.newcomers)
        self._register = Register(self._store, self._root.box("names"))
        self._stopping = threading.Event()
        with self._store.reading() as db:
            self._meter.load(db)
        self._threads = [
            threading.Thread(target=self._register.load, args=(self._stopping,), daemon=True),
            threading.Thread(target=self._tidy, daemon=True),
        ]

    def start(self) -> None:
        """Start loading names and tidying, and finish a turn of epoch a crash has interrupted."""
        for thread in self._threads:
            thread.start()
        if len(self._epochs.numbers) > 1:
            threading.Thread(target=self._finish_turn, daemon=True).start()

    def stop(self) -> None:
        """Save counts and close the store."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=5)
        self._save_counts()
        self._store.close()
        self._closings.close()

    # Sessions

    def open_session(self, m: dict[str, Any]) -> Reply:
        user, principals = str(m["user"]), m["principals"]
        with self._store.writing() as db:
            objection = clients.objection(m["client"], user, principals, m["roles"])
            if principals and not objection:
                objection = self._arrivals.objection(db, user, int(principals[0]))
            if objection and self._arrivals.rings(objection):
                raise_alarm(db, objection, user, _OBJECTIONS[objection])
            if not objection:
                sessions.open_session(
                    db,
                    token=str(m["token"]),
                    user=user,
                    principals=principals,
                    roles=m["roles"],
                    until=float(m["until"]),
                )
        if objection:
            raise Refused(objection, _OBJECTIONS[objection])
        return {}

    def close_session(self, m: dict[str, Any]) -> Reply:
        digest = wire.octets(m["digest"]) if "digest" in m else sessions.digest_of(str(m["token"]))
        with self._store.writing() as db:
            sessions.close_session(db, digest)
        return {}

    def close_user(self, m: dict[str, Any]) -> Reply:
        if m["user"] == sessions.SYSTEM and m["client"] != clients.SYSTEM:
            raise not_allowed()
        with self._store.writing() as db:
            return {"closed": sessions.close_user(db, str(m["user"]), str(m.get("but") or ""))}

    # Cases, grants and keys

    def create_cases(self, m: dict[str, Any]) -> Reply:
        cases = [case_id(case) for case in m["cases"]]
        asked = m.get("grants") or [None] * len(cases)
        with self._store.writing() as db:
            session = _asking(db, m)
            made = keys.create(db, self._epochs, session, cases, [g and case_id(g) for g in asked], m.get("kept_by"))
        return {"grants": [grant.hex() for grant in made]}

    def add_grants(self, m: dict[str, Any]) -> Reply:
        given = [grants.from_message(item) for item in m["grants"]]
        with self._store.writing() as db:
            session = _asking(db, m)
            for grant in grants.add(db, session, given):
                raise_alarm(db, "break_glass", session.user, f"grant {grant[1].hex()}")
        return {}

    def end_grants(self, m: dict[str, Any]) -> Reply:
        with self._store.writing() as db:
            closings = grants.end(db, _asking(db, m), [case_id(g) for g in m["grants"]])
            self._close(db, closings)
        return {"ended": len(closings)}

    def refuse(self, m: dict[str, Any]) -> Reply:
        with self._store.writing() as db:
            session = _asking(db, m)
            self._close(db, grants.refuse(db, session, case_id(m["case"]), int(m["principal"]), bool(m["on"])))
        return {}

    def open_keys(self, m: dict[str, Any]) -> Reply:
        pairs = [(case_id(case), compartments.bit(name), name) for case, name in m["pairs"]]
        with self._store.reading() as db:
            session = _asking(db, m)
            within = grants.reach(db, session, [case for case, _, _ in pairs])
        open_to = [bool(case in within and within[case].opens & bit) for case, bit, _ in pairs]
        wanted = Counter(pair[0] for pair, may in zip(pairs, open_to, strict=True) if may)
        admitted, alarm = self._meter.admit(session, wanted)
        if alarm:
            with self._store.writing() as db:
                raise_alarm(db, "quota", session.user, "more files in a day than the quota")
        bundles = keys.bundles(self._store, self._epochs, admitted)
        opened = [
            wire.text(compartments.key_of(bundles[case], name)) if may and case in bundles else None
            for (case, _, name), may in zip(pairs, open_to, strict=True)
        ]
        return {"keys": opened, "over_quota": len(admitted) < len(wanted)}

    def destroy_case(self, m: dict[str, Any]) -> Reply:
        case = case_id(m["case"])
        with self._store.writing() as db:
            if not _asking(db, m).is_system:
                raise not_allowed()
            slots = [slot for (slot,) in db.execute("select slot from name where case_id = ?", (case,))]
            destroyed = grants.forget_case(db, case)
            if destroyed or slots:
                self._close(db, [("destroy", case.hex())])
        self._register.blank_slots(slots)
        if destroyed or slots:
            self._store.scrub()
        return {"destroyed": destroyed}

    def destroy_cases(self, m: dict[str, Any]) -> Reply:
        """Destroy young cases that nobody but their maker's place ever held: an import that failed."""
        cases = [case_id(case) for case in m["cases"]]
        with self._store.writing() as db:
            if not _asking(db, m).is_system:
                raise not_allowed()
            known = grants.undoable(db, cases)
            slots = [
                slot for case in known for (slot,) in db.execute("select slot from name where case_id = ?", (case,))
            ]
            destroyed = sum(grants.forget_case(db, case) for case in known)
            self._close(db, [("destroy", case.hex()) for case in known])
        self._register.blank_slots(slots)
        self._store.scrub()
        return {"destroyed": destroyed}

    def turn_epoch(self, m: dict[str, Any]) -> Reply:
        if not self._turning.acquire(blocking=False):
            raise Refused("busy", "The epoch is being turned already.")
        try:
            if len(self._epochs.numbers) == 1:
                self._epochs.begin()
            return {"epoch": self._epochs.current, "cases": self._rewrap()}
        finally:
            self._turning.release()

    def bulk_load(self, m: dict[str, Any]) -> Reply:
        if not self._config.load:
            raise not_allowed()
        cases = [case_id(case) for case in m["cases"]]
        given = [grants.from_message(item) for item in m["grants"]]
        with self._store.writing() as db:
            bundles = keys.load(db, self._epochs, cases)
            db.executemany("insert into grant_ values (?, ?, ?, ?, ?, ?, ?, ?)", given)
        return {"bundles": [wire.text(bundle) for bundle in bundles]} if m.get("bundles") else {}

    def living(self, m: dict[str, Any]) -> Reply:
        """Identifiers of what is alive here, a page at a time, for the system to compare with the database."""
        with self._store.reading() as db:
            if not _asking(db, m).is_system:
                raise not_allowed()
            found = comparing.living(db, m["kind"], bytes.fromhex(m.get("after") or ""))
        return {"found": [identifier.hex() for identifier in found]}

    # Names

    def names_put(self, m: dict[str, Any]) -> Reply:
        with self._store.reading() as db:
            bound.check(db, _asking(db, m), m["people"])
        return {"people": self._register.put(m["people"])}

    def names_forget(self, m: dict[str, Any]) -> Reply:
        self._only_matchers(m)
        return {"people": self._register.forget([case_id(person) for person in m["people"]])}

    def names_match(self, m: dict[str, Any]) -> Reply:
        self._only_matchers(m)
        return {"found": self._register.match(m["query"], max(1, min(int(m["limit"]), 100)))}

    # Secrets of the system, signing, health

    def seal_system(self, m: dict[str, Any]) -> Reply:
        purpose = str(m["purpose"])
        sealed = self._root.box(f"system {purpose}").seal(wire.octets(m["value"]), purpose.encode())
        return {"value": wire.text(sealed)}

    def open_system(self, m: dict[str, Any]) -> Reply:
        purpose = str(m["purpose"])
        clients.check_purpose(purpose, m["client"])
        try:
            value = self._root.box(f"system {purpose}").open(wire.octets(m["value"]), purpose.encode())
        except BrokenSeal:
            raise Refused("broken", "The sealed value was changed or belongs elsewhere.") from None
        return {"value": wire.text(value)}

    def fingerprints(self, m: dict[str, Any]) -> Reply:
        """The same value gives the same fingerprint, which tells nothing without the root key (HMAC-SHA256)."""
        mac = self._root.mac(f"fingerprint {m['purpose']}")
        return {"values": [wire.text(mac(wire.octets(value))) for value in m["values"]]}

    def sign(self, m: dict[str, Any]) -> Reply:
        return {"signature": wire.text(self._signer.sign(wire.octets(m["value"])))}

    def public_key(self, m: dict[str, Any]) -> Reply:
        return {"key": wire.text(self._signer.public_key().public_bytes_raw())}

    def alarms(self, m: dict[str, Any]) -> Reply:
        with self._store.reading() as db:
            rows = db.execute(
                "select id, at, kind, user, detail from alarm where id > ? order by id limit 500",
                (int(m.get("after") or 0),),
            ).fetchall()
        return {"alarms": [dict(zip(("id", "at", "kind", "user", "detail"), row, strict=True)) for row in rows]}

    def health(self, m: dict[str, Any]) -> Reply:
        with self._store.reading() as db:
            lost = keys.under_destroyed_epochs(db, self._epochs)
        return {
            "epoch": self._epochs.current,
            "turning": len(self._epochs.numbers) > 1,
            "names": self._register.people,
            "names_loaded": self._register.loaded,
            "names_broken": self._register.broken,
            "lost_cases": lost,
        }

    # Within

    def _only_matchers(self, m: dict[str, Any]) -> None:
        with self._store.reading() as db:
            if not _asking(db, m).roles & sessions.MATCHERS:
                raise not_allowed()

    def _close(self, db: Any, closings: list[Closing]) -> None:
        if closings:
            set_meta(db, "closings", self._closings.append(closings))

    def _replay(self) -> None:
        mark = self._store.meta("closings")
        with self._store.writing() as db:
            grants.replay(db, self._closings.since(mark if isinstance(mark, int) else 0))
            set_meta(db, "closings", self._closings.size)
        self._store.scrub()

    def _signing_key(self) -> Ed25519PrivateKey:
        box = self._root.box("signing")
        sealed = self._store.meta("signing")
        if isinstance(sealed, bytes):
            try:
                return Ed25519PrivateKey.from_private_bytes(box.open(sealed, b"signing"))
            except BrokenSeal:
                raise CannotStart("The root key does not open this store's signing key.") from None
        key = Ed25519PrivateKey.generate()
        with self._store.writing() as db:
            set_meta(db, "signing", box.seal(key.private_bytes_raw(), b"signing"))
        return key

    def _rewrap(self) -> int:
        count = 0
        while True:
            with self._store.writing() as db:
                done = keys.rewrap_batch(db, self._epochs)
            if not done:
                break
            count += done
        self._epochs.destroy_all_but_current()
        self._store.scrub()
        return count

    def _finish_turn(self) -> None:
        with self._turning:
            if len(self._epochs.numbers) > 1:
                self._rewrap()

    def _tidy(self) -> None:
        turn = 0
        while not self._stopping.wait(2):
            self._save_counts()
            turn += 1
            if turn % 300 == 0:
                with self._store.writing() as db:
                    sessions.forget_ended(db)

    def _save_counts(self) -> None:
        if self._meter.unsaved():
            with self._store.writing() as db:
                self._meter.save(db)


def answer(service: Service, message: dict[str, Any], client: str) -> Reply:
    """Do one operation for a client. When it goes wrong the reply is a code and a sentence, nothing of the message."""
    operation: Any = message.get("op")
    try:
        clients.check(operation, client)
        return {"ok": True, **getattr(service, operation)({**message, "client": client})}
    except Refused as refused:
        return _no(refused)
    except BrokenSeal:
        return _no(Refused("broken", "A key in the keeper's store was changed."))
    except (KeyError, TypeError, ValueError):
        return _no(Refused("bad_request", "The message is not well formed."))


def _asking(db: Any, m: dict[str, Any]) -> sessions.Session:
    """The living session of a message. One of the system is worth nothing on a connection of the pages."""
    session = sessions.live(db, m.get("token"))
    if session.is_system and m["client"] != clients.SYSTEM:
        raise no_session()
    return session


def _no(refused: Refused) -> Reply:
    return {"ok": False, "code": refused.code, "why": refused.why}
