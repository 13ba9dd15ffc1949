package dev.thimble.agent.update;

import dev.thimble.agent.cell.Shadow;
import dev.thimble.ota.UpdateShell;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.step.Event;
import dev.thimble.ota.step.Release;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tinylog.Logger;

/**
 * Candidates that run in shadow, one after the other, since one tape hears the whole device. How a comparison comes out is
 * for people to judge: a new release mostly differs because it should. One that traps or runs out of fuel has failed. Used
 * on the updates' thread.
 */
final class Shadows {
    private record Run(Release release, int ticks) {}

    private final Updates updates;
    private final Modules modules;
    private final Map<String, Run> runs = new LinkedHashMap<>();
    private String active;

    Shadows(Updates updates, Modules modules) {
        this.updates = updates;
        this.modules = modules;
    }

    void request(String module, Release release, Manifest manifest) {
        runs.put(module, new Run(release, manifest.shadowTicks()));
    }

    /** Begins, looks after and ends what is due; a few times a second. */
    void turn() {
        UpdateShell shell = updates.shell();
        runs.keySet().removeIf(module -> shell.state().phase(module) != Phase.SHADOW);
        if (active != null && !runs.containsKey(active)) {
            String ended = active;
            active = null;
            updates.onCells(() -> {
                modules.cell(ended).unfollow();
                return null;
            }, _ -> { }, Logger::error);
        }
        if (active != null) {
            look(active, runs.get(active));
        } else if (!runs.isEmpty()) {
            active = runs.keySet().iterator().next();
            begin(active, runs.get(active));
        }
    }

    private void begin(String module, Run run) {
        try {
            dev.thimble.agent.cell.Release candidate = updates.prepare(module, run.release());
            updates.onCells(() -> {
                modules.follow(module, candidate);
                return null;
            }, _ -> { }, fault -> failed(module, run, Updates.kindOf(fault), "in shadow: " + fault.getMessage()));
        } catch (Updates.Unusable e) {
            failed(module, run, e.kind, e.getMessage());
        }
    }

    private void look(String module, Run run) {
        updates.onCells(() -> modules.cell(module).comparison(), comparison -> judge(module, run, comparison), Logger::error);
    }

    private void judge(String module, Run run, Shadow.Comparison comparison) {
        if (comparison == null) {
            return;
        }
        if (!comparison.failure().isEmpty()) {
            failed(module, run, ErrorClass.PERMANENT, comparison.failure() + "; " + comparison);
        } else if (comparison.ticks() >= run.ticks()) {
            updates.shell().on(new Event.Shadowed(module, run.release().manifest(), comparison.toString()));
        }
    }

    private void failed(String module, Run run, ErrorClass kind, String text) {
        updates.shell().on(new Event.Failed(module, run.release().manifest(), Phase.SHADOW, kind, text));
    }
}
