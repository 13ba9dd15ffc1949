package dev.thimble.agent.cli;

import dev.thimble.agent.config.Durations;
import dev.thimble.agent.operator.Fleet;
import dev.thimble.agent.operator.FleetDelivery;
import dev.thimble.agent.operator.Operator;
import dev.thimble.agent.operator.rollout.Action;
import dev.thimble.agent.operator.rollout.Event;
import dev.thimble.agent.operator.rollout.Plan;
import dev.thimble.agent.operator.rollout.Rollout;
import dev.thimble.agent.operator.rollout.State;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.trust.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "rollout", description = "Put a signed module on many devices, stage by stage, and wait until they have committed it.",
    footer = {"", "Examples:",
        "  thimble rollout weather-2.thimble --all --key keys/director.key",
        "  thimble rollout weather-2.thimble --all --stages 1,5%%,50%% --soak 10m --max-failures 3 --key keys/director.key --journal r.jsonl",
        "  thimble rollout weather-2.thimble --device pi-1 --device pi-2 --key keys/director.key",
        "", "A stage begins when every device of the one before has committed, or failed within --max-failures, and the soak time",
        "is over; one failure more halts the rollout. With --journal it goes on where it was interrupted.",
        "", "Exits 0 when all devices have committed it, 1 when one has not."})
final class RolloutCommand implements Callable<Integer> {
    private record Happened(String event, String device, String text, int stage, int devices) {}

    private record Done(String module, String version, String outcome, int devices, int committed, int failed, double seconds,
                        long chunks, long broadcasts) {}

    @Mixin private Console console;
    @Mixin private Target target;

    @Parameters(paramLabel = "FILE", description = "signed module")
    private Path file;

    @Option(names = "--device", paramLabel = "ID", description = "a device; the order is the order of their turns")
    private List<String> devices = new ArrayList<>();

    @Option(names = "--all", description = "every device that the broker knows, in the order of their names")
    private boolean all;

    @Option(names = "--key", paramLabel = "FILE", required = true, description = "private director key")
    private Path key;

    @Option(names = "--stages", paramLabel = "LIST", defaultValue = "", description = "devices that each stage reaches, as in 1,10,50%%; default all at once")
    private String stages;

    @Option(names = "--soak", paramLabel = "TIME", defaultValue = "0s", description = "rest after each stage; default ${DEFAULT-VALUE}")
    private String soak;

    @Option(names = "--max-failures", paramLabel = "N", defaultValue = "0", description = "failed devices that are put up with; default ${DEFAULT-VALUE}")
    private int maxFailures;

    @Option(names = "--timeout", paramLabel = "TIME", defaultValue = "10m", description = "a device of a stage not done by then has failed; default ${DEFAULT-VALUE}")
    private String timeout;

    @Option(names = "--no-broadcast", description = "send each device its own copy of each chunk")
    private boolean single;

    @Option(names = "--journal", paramLabel = "FILE", description = "keep the rollout here, and go on with one that is there")
    private Path journalFile;

    @Override
    public Integer call() throws InterruptedException, IOException {
        console.logs("error");
        SignedModule release = Inputs.signed(file);
        SigningKey director = Inputs.key(key);
        if (all != devices.isEmpty()) {
            throw new CommandException(ExitCode.USAGE, "say which devices: --all, or --device once or more");
        }
        Journal journal = journalFile == null ? null : new Journal(journalFile);
        Journal.Kept kept = journal == null ? null : journal.read();
        if (kept != null && !kept.release().equals(release.digest().toString())) {
            throw new CommandException(ExitCode.USAGE, journalFile + " is the journal of another release, " + kept.release());
        }
        try (Operator operator = target.operator("+")) {
            List<Fleet.Device> known = Fleet.look(operator);
            Plan plan = kept != null ? kept.plan() : plan(known);
            if (journal != null && kept == null) {
                journal.begin(release.digest().toString(), plan);
            }
            return run(operator, release, director, plan, journal, kept);
        }
    }

    private Plan plan(List<Fleet.Device> known) {
        List<String> chosen = all ? known.stream().map(Fleet.Device::id).toList() : devices;
        if (chosen.isEmpty()) {
            throw new CommandException(ExitCode.FAILED, "no device has reported to this broker");
        }
        try {
            return new Plan(chosen, Plan.stages(stages, chosen.size()), Durations.parse(soak), Durations.parse(timeout), maxFailures);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, e.getMessage());
        }
    }

    private int run(Operator operator, SignedModule release, SigningKey director, Plan plan, Journal journal, Journal.Kept kept)
        throws InterruptedException {
        long start = System.nanoTime();
        Manifest manifest = release.manifest();
        FleetDelivery delivery = new FleetDelivery(operator, release, director, new Rollout(plan), !single, new Progress(plan, journal));
        if (kept != null) {
            delivery.resume(kept.events());
        }
        State end = delivery.run();
        console.clearBar();
        int committed = end.committed().cardinality();
        boolean good = committed == plan.devices().size();
        double seconds = Math.round((System.nanoTime() - start) / 1e7) / 100.0;
        Done done = new Done(manifest.module(), manifest.version(), DeliveryProgress.name(end.mode()), plan.devices().size(), committed,
            end.failed().cardinality(), seconds, operator.chunksSent(), delivery.broadcasts());
        String text = String.format(Locale.ROOT, "%d of %d devices committed, %d failed", committed, done.devices, done.failed);
        console.data(done, manifest.module() + " " + manifest.version() + ": " + (good ? console.green(text) : console.red(done.outcome + ": " + text))
            + console.dim(String.format(Locale.ROOT, " (%.2f s; %d chunks sent, %d broadcast)", seconds, done.chunks, done.broadcasts)));
        return (good ? ExitCode.DONE : ExitCode.FAILED).number();
    }

    private final class Progress implements FleetDelivery.Listener {
        private static final int WIDTH = 24;

        private final Plan plan;
        private final Journal journal;

        Progress(Plan plan, Journal journal) {
            this.plan = plan;
            this.journal = journal;
        }

        @Override
        public void event(Event event) {
            if (journal != null) {
                journal.add(event);
            }
            switch (event) {
                case Event.Committed e -> tell(new Happened("committed", e.device(), "", 0, 0), null);
                case Event.Failed e -> tell(new Happened("failed", e.device(), e.text(), 0, 0),
                    console.red(e.device() + " failed: ") + e.text().replace("\n", "; "));
                default -> { }
            }
        }

        @Override
        public void action(Action action) {
            switch (action) {
                case Action.Assign a -> tell(new Happened("stage", "", "", a.stage(), a.devices().size()),
                    console.dim("stage " + a.stage() + " of " + plan.stages().size() + ": " + a.devices().size() + " more devices"));
                case Action.Halt h -> tell(new Happened("halt", "", h.why(), 0, 0), console.red("halted: ") + h.why());
                case Action.Finish _ -> { }
            }
        }

        @Override
        public Event turn(State state, int fetching) {
            if (console.hasBar()) {
                int done = state.committed().cardinality();
                int full = done * WIDTH / plan.devices().size();
                console.bar(String.format(Locale.ROOT, "stage %d of %d [%s%s] %d of %d committed, %d failed, %d loading", state.stage(),
                    plan.stages().size(), "#".repeat(full), ".".repeat(WIDTH - full), done, plan.devices().size(),
                    state.failed().cardinality(), fetching));
            }
            return null;
        }

        /** @param text for people; null for what only scripts want to know of each device */
        private void tell(Happened happened, String text) {
            if (console.json()) {
                console.data(happened, "");
            } else if (text != null) {
                console.progress(text);
            }
        }
    }
}
