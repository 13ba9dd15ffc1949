package dev.thimble.agent;

import dev.thimble.agent.cell.Cell;
import dev.thimble.agent.cell.StartException;
import dev.thimble.agent.cell.Supervisor;
import dev.thimble.agent.port.LogRing;
import dev.thimble.agent.port.Topics;
import dev.thimble.agent.recording.Recordings;
import dev.thimble.agent.recording.Wish;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.PublishProperties;
import dev.thimble.mqtt.ReceivedMessage;
import dev.thimble.ota.UpdateShell;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.document.Reported;
import dev.thimble.ota.step.Event;
import dev.thimble.ota.step.Table;
import dev.thimble.ota.store.AuditLog;
import dev.thimble.ota.store.AuditRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.tinylog.Logger;

/**
 * Answers an operator's requests on {@code …/dn/cmd/<verb>}: {@code pause}, {@code resume}, {@code cancel},
 * {@code logs}, {@code why}, whose payload is a module's name, or empty for all; {@code record} with a {@link Wish}, {@code record-stop}, and
 * {@code recording} with an offset in what was recorded. Answers are JSON on the response topic;
 * a retained request is refused, since a broker would repeat it after every reconnect. Runs on the updates' thread.
 */
final class Commands {
    private static final int AUDIT_LINES = 30;
    private static final int CELLS_PATIENCE = 5;
    /** Bytes of a recording in one answer: small enough for any broker. */
    private static final int PIECE = 16 << 10;

    private final Topics topics;
    private final MqttLink link;
    private final UpdateShell shell;
    private final Supervisor supervisor;
    private final AuditLog log;
    private final Recordings recordings;

    Commands(Topics topics, MqttLink link, UpdateShell shell, Supervisor supervisor, AuditLog log, Recordings recordings) {
        this.topics = topics;
        this.link = link;
        this.shell = shell;
        this.supervisor = supervisor;
        this.log = log;
        this.recordings = recordings;
    }

    void answer(ReceivedMessage request) {
        String verb = request.topic().substring(request.topic().lastIndexOf('/') + 1);
        String module = new String(request.payload(), StandardCharsets.UTF_8).strip();
        String named = module.isEmpty() ? null : module;
        switch (verb) {
            case "pause", "resume", "cancel" -> {
                shell.command(Event.Verb.valueOf(verb.toUpperCase(Locale.ROOT)), named, request.retained());
                reply(request, new Answers.Done(!request.retained(), request.retained() ? "a retained command is refused" : ""));
            }
            case "logs" -> onCells(request, () -> logs(named), logs -> new Answers.Logs(topics.device(), logs));
            case "why" -> onCells(request, this::views, cells -> why(cells, named));
            case "record" -> record(request, module);
            case "record-stop" -> onCells(request, () -> {
                recordings.stop("the operator has ended it");
                return recordings.view();
            }, view -> recorded(view, -1));
            case "recording" -> onCells(request, recordings::view, view -> recorded(view, module.matches("[0-9]{1,18}") ? Long.parseLong(module) : -1));
            default -> reply(request, new Answers.Done(false, "unknown command '" + verb
                + "'; known are pause, resume, cancel, logs, why, record, record-stop, recording"));
        }
    }

    private void record(ReceivedMessage request, String json) {
        Wish wish;
        try {
            wish = Wish.parse(json);
        } catch (IllegalArgumentException e) {
            reply(request, new Answers.Done(false, e.getMessage()));
            return;
        }
        Phase phase = shell.state().phase(wish.module());
        if (!phase.isAtRest()) {
            reply(request, new Answers.Done(false, "an update of " + wish.module() + " is under way: " + phase.name().toLowerCase(Locale.ROOT)));
            return;
        }
        onCells(request, () -> {
            Cell cell = supervisor.cell(wish.module());
            return cell == null ? null : recordings.begin(cell, wish);
        }, note -> note == null ? new Answers.Done(false, "there is no module '" + wish.module() + "'") : new Answers.Done(true, note));
    }

    /** @param offset of the piece that is wanted; negative for none */
    private Object recorded(Recordings.View view, long offset) {
        try {
            byte[] piece = offset < 0 ? new byte[0] : recordings.piece(offset, PIECE);
            return new Answers.Recorded(topics.device(), view.module(), view.id(), view.running(), view.end(), view.events(), view.bytes(), view.maxBytes(),
                Base64.getEncoder().encodeToString(piece));
        } catch (IOException e) {
            return new Answers.Done(false, "the recording cannot be read: " + e.getMessage());
        }
    }

    private <T> void onCells(ReceivedMessage request, Callable<T> question, Function<T, Object> answer) {
        if (request.retained()) {
            reply(request, new Answers.Done(false, "a retained command is refused"));
            return;
        }
        try {
            reply(request, answer.apply(supervisor.submit(question).get(CELLS_PATIENCE, TimeUnit.SECONDS)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            reply(request, new Answers.Done(false, e.getCause() instanceof IllegalStateException || e.getCause() instanceof StartException
                ? e.getCause().getMessage() : e.getCause().toString()));
        } catch (TimeoutException e) {
            reply(request, new Answers.Done(false, "the cells do not answer: " + e));
        }
    }

    private Map<String, Answers.CellView> views() {
        Map<String, Answers.CellView> views = new TreeMap<>();
        for (Cell cell : supervisor.cells()) {
            views.put(cell.name(), new Answers.CellView(cell.release() == null ? "" : cell.release().version(), cell.isRunning(),
                cell.undelivered(), cell.environment().metrics().all(), cell.incidents()));
        }
        return views;
    }

    private Map<String, List<LogRing.Line>> logs(String module) {
        Map<String, List<LogRing.Line>> logs = new TreeMap<>();
        for (Cell cell : supervisor.cells()) {
            if (module == null || module.equals(cell.name())) {
                logs.put(cell.name(), cell.environment().log().last(LogRing.CAPACITY));
            }
        }
        return logs;
    }

    private Answers.Why why(Map<String, Answers.CellView> cells, String module) {
        List<Answers.ModuleView> modules = new ArrayList<>();
        Reported report = shell.state().report();
        Map<String, Table.Entry> entries = shell.state().table().modules();
        if (report != null) {
            for (Reported.Module row : report.modules()) {
                if (module != null && !module.equals(row.name())) {
                    continue;
                }
                Table.Entry entry = entries.get(row.name());
                modules.add(new Answers.ModuleView(row.name(), row.phase().name(), row.running() == null ? "" : row.running().toString(),
                    row.sequence(), entry == null || entry.previous() == null ? "" : entry.previous().manifest().toString(),
                    row.error() == null ? "" : row.error().name(), row.text(), cells.get(row.name())));
            }
        }
        return new Answers.Why(topics.device(), shell.state().generation(), report == null ? "" : report.refusal(),
            shell.state().paused(), modules, audit(module));
    }

    private List<Answers.Audit> audit(String module) {
        try {
            List<AuditRecord> records = log.records().stream()
                .filter(r -> module == null || r.module().isEmpty() || r.module().equals(module)).toList();
            return records.subList(Math.max(0, records.size() - AUDIT_LINES), records.size()).stream()
                .map(r -> new Answers.Audit(r.number(), r.seconds(), r.module(), r.what())).toList();
        } catch (IOException e) {
            Logger.error(e, "the audit log cannot be read");
            return List.of(new Answers.Audit(0, 0, "", "the audit log cannot be read: " + e.getMessage()));
        }
    }

    private void reply(ReceivedMessage request, Object answer) {
        if (request.responseTopic() == null) {
            return;
        }
        byte[] json = Json.of(answer).getBytes(StandardCharsets.UTF_8);
        if (!link.publish(request.responseTopic(), json, 0, json.length, 1, false, PublishProperties.answering(request)).queued()) {
            byte[] refusal = Json.of(new Answers.Done(false, "the answer of " + json.length + " bytes does not fit into a message"))
                .getBytes(StandardCharsets.UTF_8);
            link.publish(request.responseTopic(), refusal, 0, refusal.length, 1, false, PublishProperties.answering(request));
        }
    }
}
