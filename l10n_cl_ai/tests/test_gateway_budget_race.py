"""No two processes spend the same dollar, and none that dies keeps one."""

import contextlib
import threading
from decimal import Decimal

from odoo.tests import tagged

from ..llm.postgres import budget_statements as statements
from ..llm.postgres.budget import OverBudget
from ..llm.postgres.ledger import settlement_values
from .side_common import BudgetCase, Worker

PROCESSES = 8


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRace(BudgetCase):
    def tearDown(self):
        self.assertEqual(self.budget.audit(), [])
        super().tearDown()

    def limits(self, usd):
        """Two limits, the tighter one first, as JSON takes them."""
        return [(self.budget_id, usd), (self.budget_id + 1000, "1000")]

    def settle_accounts(self):
        """Sweep what the dead left behind, and return what is spent; nothing may stay reserved."""
        self.sql("UPDATE l10n_cl_ai_request SET lease_until = 'epoch' WHERE state = 'running'")
        self.budget.sweep()
        spent, reserved = self.counter()
        self.assertEqual(reserved, 0)
        [(ledger,)] = self.sql(
            "SELECT coalesce(sum(cost), 0)::text FROM l10n_cl_ai_request r JOIN l10n_cl_ai_budget_counter c"
            " ON c.id = ANY (r.counter_ids) WHERE budget_id = %s", self.budget_id)
        self.assertEqual(spent, Decimal(ledger))
        return spent

    def test_of_56_at_once_one_gets_the_last_dollar(self):
        workers = [Worker(self) for _ in range(PROCESSES)]
        for _ in range(5):
            self.budget_id += 1
            for worker in workers:
                worker.tell(do="rush", threads=7, usd="1", limits=self.limits("1.5"))
            heard = [worker.hear() for worker in workers]
            self.assertEqual(sum(each["asked"] for each in heard), 56)
            self.assertEqual(sum(each["admitted"] for each in heard), 1)
            self.assertEqual(self.counter(), (0, 1))
        self.settle_accounts()

    def test_killed_with_money_in_hand(self):
        worker = Worker(self)
        worker.tell(do="hold", usd="0.7", limits=self.limits("1"))
        worker.hear()
        worker.kill()
        self.assertEqual(self.counter(), (0, Decimal("0.7")))
        self.assertEqual(self.settle_accounts(), Decimal("0.7"))

    def test_killed_in_the_middle_of_a_statement(self):
        self.reserve("0", self.limit("1"))
        worker, holder = Worker(self), self.connect()
        self.addCleanup(holder.close)
        with holder, holder.cursor() as cursor:
            cursor.execute("SELECT FROM l10n_cl_ai_budget_counter FOR UPDATE")
            worker.tell(do="hold", usd="0.7", limits=self.limits("1"))
            self.blocked()
            worker.kill()
        # The server does not know yet that nobody waits for it.
        self.eventually(lambda: self.counter() == (0, Decimal("0.7")))
        self.assertEqual(self.settle_accounts(), Decimal("0.7"))

    def test_a_backend_killed_in_the_middle_is_asked_again_once(self):
        self.reserve("0", self.limit("1"))
        worker, holder = Worker(self), self.connect()
        self.addCleanup(holder.close)
        with holder, holder.cursor() as cursor:
            cursor.execute("SELECT FROM l10n_cl_ai_budget_counter FOR UPDATE")
            worker.tell(do="hold", usd="0.7", limits=self.limits("1"))
            [first] = self.blocked()
            self.terminate(*first)
            self.eventually(lambda: self.blocked() != [first])
        worker.hear()
        self.assertEqual(self.counter(), (0, Decimal("0.7")))
        self.assertEqual(self.settle_accounts(), Decimal("0.7"))

    def test_any_death_leaves_the_books_right(self):
        """Workers reserve, settle, settle twice and too late, while they and their connections are killed."""
        order = {"do": "churn", "rounds": 10**6, "lease": 0.0, "limits": self.limits("40")}
        workers = [Worker(self) for _ in range(PROCESSES)]
        for seed, worker in enumerate(workers):
            worker.tell(**order, seed=seed)
        for turn, worker in enumerate(workers):
            for _ in range(3 + turn % 3):
                worker.hear()
            self.budget.sweep()
            self.terminate(*self.backends()[turn % 3])
            worker.kill()
        for worker in workers:
            self.assertEqual(worker.process.wait(), -9, "it ended by itself, not by our hand")
        self.eventually(lambda: not self.backends("state = 'active'"))
        spent = self.settle_accounts()
        self.assertGreater(spent, 0)
        self.assertLessEqual(spent, 40)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestInterleaved(BudgetCase):
    """Two statements at the same row: the second sees what the first did, though it began before."""

    def tearDown(self):
        self.assertEqual(self.budget.audit(), [])
        super().tearDown()

    @contextlib.contextmanager
    def first(self, statement, params=()):
        """Run a statement and keep it uncommitted until the block ends."""
        connection = self.connect()
        self.addCleanup(connection.close)
        with connection, connection.cursor() as cursor:
            cursor.execute(statement.preparation)
            cursor.execute(statement.execution, params)
            yield

    def second(self, statement, params, work):
        """Return what ``work`` returns that began while the first statement was uncommitted."""
        outcome = []
        thread = threading.Thread(target=lambda: outcome.append(work()))
        with self.first(statement, params):
            thread.start()
            self.blocked()
        thread.join()
        return outcome[0]

    def settling(self, entry, usd):
        return statements.SETTLE, (str(entry.token), *settlement_values(self.settlement(usd)))

    def reserving(self, usd):
        entry = self.entry()
        self.addCleanup(self.budget.settle, entry.token, self.settlement("0"))
        return statements.RESERVE, self.budget._parameters(entry, [self.limit("1")], Decimal(usd), 3600.0)

    def test_two_reservations_of_the_same_dollar(self):
        self.reserve("0", self.limit("1"))
        over = self.second(*self.reserving("0.7"), lambda: self.reserve("0.7", self.limit("1"))[1])
        self.assertEqual((type(over), over.reserved), (OverBudget, Decimal("0.7")))

    def test_a_reservation_sees_what_is_just_released(self):
        entry, _reserved = self.reserve("0.7", self.limit("1"))
        reserved = self.second(*self.settling(entry, "0.1"), lambda: self.reserve("0.9", self.limit("1"))[1])
        self.assertNotIsInstance(reserved, OverBudget)
        self.assertEqual(self.counter(), (Decimal("0.1"), Decimal("0.9")))

    def test_two_settlements_of_one_question(self):
        entry, _reserved = self.reserve("0.7", self.limit("1"))
        again = self.second(
            *self.settling(entry, "0.1"), lambda: self.budget.settle(entry.token, self.settlement("0.2")))
        self.assertFalse(again)
        self.assertEqual(self.counter(), (Decimal("0.1"), 0))

    def test_settled_while_it_is_swept(self):
        entry, _reserved = self.reserve("0.7", self.limit("1"), lease=0.0)
        late = self.second(
            statements.SWEEP, (), lambda: self.budget.settle(entry.token, self.settlement("0.2")))
        self.assertTrue(late)
        self.assertEqual(self.counter(), (Decimal("0.2"), 0))
        self.assertEqual(self.row(entry, "unconfirmed, swept_at IS NOT NULL"), (False, True))

    def test_swept_while_it_is_settled(self):
        entry, _reserved = self.reserve("0.7", self.limit("1"), lease=0.0)
        with self.first(*self.settling(entry, "0.2")):
            self.assertEqual(self.budget.sweep(), 0, "it waits for nobody")
        self.assertEqual(self.budget.sweep(), 0)
        self.assertEqual(self.counter(), (Decimal("0.2"), 0))

    def test_swept_while_another_question_is_settled(self):
        self.reserve("0.3", self.limit("1"), lease=0.0)
        entry, _reserved = self.reserve("0.7", self.limit("1"))
        self.assertEqual(self.second(*self.settling(entry, "0.2"), self.budget.sweep), 1)
        self.assertEqual(self.counter(), (Decimal("0.5"), 0))
