package dev.thimble.agent.operator.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RolloutTest {
    private static final Duration SOAK = Duration.ofSeconds(60);
    private static final Duration DEADLINE = Duration.ofMinutes(10);

    private final List<Event> history = new ArrayList<>();
    private final List<Action> actions = new ArrayList<>();
    private State state = State.NEW;
    private Rollout rollout;

    private void plan(int devices, String stages, int maxFailures) {
        List<String> ids = IntStream.range(0, devices).mapToObj(i -> "d" + i).toList();
        rollout = new Rollout(new Plan(ids, Plan.stages(stages, devices), SOAK, DEADLINE, maxFailures));
    }

    private void on(Event event) {
        history.add(event);
        Rollout.Step step = rollout.step(state, event);
        state = step.state();
        actions.addAll(step.actions());
    }

    private List<Action> taken() {
        List<Action> taken = List.copyOf(actions);
        actions.clear();
        return taken;
    }

    @Test
    void stagesAreNumbersAndPercentagesAndEndWithAll() {
        assertEquals(List.of(1, 10, 100, 200), Plan.stages("1,10,50%", 200));
        assertEquals(List.of(7), Plan.stages("", 7));
        assertEquals(List.of(1, 3), Plan.stages("1,1%,3,100%", 3));
        assertEquals(List.of(1, 5), Plan.stages("10%", 5), "a percentage is rounded up");
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Plan.stages("1,many", 5)).getMessage().contains("'many' is no stage"));
        assertThrows(IllegalArgumentException.class, () -> Plan.stages("101%", 5));
        assertThrows(IllegalArgumentException.class, () -> new Plan(List.of("a", "a"), List.of(2), SOAK, DEADLINE, 0));
    }

    @Test
    void aStageWaitsForEveryDeviceOfTheOneBeforeAndForTheSoakTime() {
        plan(4, "1,2", 0);
        on(new Event.Began(0));
        assertEquals(List.of(new Action.Assign(1, List.of("d0"))), taken());
        on(new Event.Passed(100_000));
        assertEquals(List.of(), taken());
        on(new Event.Committed(100_000, "d0"));
        on(new Event.Passed(159_999));
        assertEquals(List.of(), taken());
        on(new Event.Passed(160_000));
        assertEquals(List.of(new Action.Assign(2, List.of("d1"))), taken());
        on(new Event.Committed(170_000, "d1"));
        on(new Event.Passed(230_000));
        assertEquals(List.of(new Action.Assign(3, List.of("d2", "d3"))), taken());
        on(new Event.Committed(231_000, "d3"));
        assertEquals(List.of(), taken());
        on(new Event.Committed(232_000, "d2"));
        assertEquals(List.of(new Action.Finish(State.Mode.DONE)), taken());
        on(new Event.Passed(900_000));
        assertEquals(List.of(), taken(), "what has finished stays so");
    }

    @Test
    void oneFailureMoreThanIsPutUpWithHaltsIt() {
        plan(10, "4", 1);
        on(new Event.Began(0));
        taken();
        on(new Event.Failed(1, "d1", "trapped"));
        on(new Event.Failed(1, "d1", "trapped"));
        assertEquals(List.of(), taken(), "the same device twice is one failure");
        on(new Event.Failed(2, "d2", "trapped"));
        assertEquals(List.of(new Action.Halt("2 devices failed, 1 are put up with")), taken());
        on(new Event.Committed(3, "d0"));
        assertEquals(List.of(), taken(), "d3 is still under way");
        on(new Event.Committed(4, "d3"));
        assertEquals(List.of(new Action.Finish(State.Mode.HALTED)), taken());
        assertEquals(4, state.assigned(), "nobody else was touched");
    }

    @Test
    void aDeviceThatDoesNotAnswerFailsAndMayStillComeBack() {
        plan(3, "2", 1);
        on(new Event.Began(0));
        on(new Event.Committed(1, "d0"));
        on(new Event.Passed(DEADLINE.toMillis() - 1));
        assertEquals(1, state.underWay());
        on(new Event.Passed(DEADLINE.toMillis()));
        assertTrue(state.failed().get(1));
        on(new Event.Committed(DEADLINE.toMillis() + 5, "d1"));
        assertEquals(0, state.failed().cardinality());
        assertEquals(2, state.committed().cardinality());
    }

    @Test
    void pausedItBeginsNoStageAndCancelledItEndsWithWhatIsUnderWay() {
        plan(4, "1,2", 0);
        on(new Event.Began(0));
        taken();
        on(new Event.Paused(10));
        on(new Event.Committed(20, "d0"));
        on(new Event.Passed(500_000));
        assertEquals(List.of(), taken());
        on(new Event.Resumed(500_001));
        assertEquals(List.of(new Action.Assign(2, List.of("d1"))), taken());
        on(new Event.Cancelled(500_002));
        assertEquals(List.of(), taken());
        on(new Event.Committed(500_003, "d1"));
        assertEquals(List.of(new Action.Finish(State.Mode.CANCELLED)), taken());
    }

    @Test
    void itsStateFollowsFromItsEvents() {
        plan(4, "1,2", 1);
        on(new Event.Began(0));
        on(new Event.Failed(5, "d0", "x"));
        on(new Event.Passed(60_005));
        on(new Event.Committed(60_100, "d1"));
        State replayed = State.NEW;
        for (Event event : history) {
            replayed = rollout.step(replayed, event).state();
        }
        assertEquals(state, replayed);
        assertEquals(2, replayed.stage());
    }

    @Test
    void strangersAreNamedAndLateStagesAreNotMarked() {
        plan(2, "1", 0);
        on(new Event.Began(0));
        assertThrows(IllegalArgumentException.class, () -> on(new Event.Committed(1, "who")));
        on(new Event.Committed(1, "d1"));
        assertEquals(0, state.committed().cardinality(), "d1 has not been assigned yet");
    }
}
