package dev.thimble.agent.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.agent.Modules;
import dev.thimble.agent.port.FileKeyValueStore;
import dev.thimble.agent.port.HostRandom;
import dev.thimble.agent.port.LogRing;
import dev.thimble.agent.port.MetricTable;
import dev.thimble.agent.port.ModuleMessages;
import dev.thimble.agent.port.Topics;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.grant.Grant;
import dev.thimble.hal.grant.Meeting;
import dev.thimble.hal.grant.Preopen;
import dev.thimble.hal.grant.Quotas;
import dev.thimble.hal.grant.RefusedException;
import dev.thimble.hal.grant.Request;
import dev.thimble.hal.host.CellResources;
import dev.thimble.hal.host.Inbox;
import dev.thimble.hal.host.SharedInputs;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.hal.simulated.SimulatedClock;
import dev.thimble.mqtt.LinkOptions;
import dev.thimble.mqtt.MqttLink;
import dev.thimble.mqtt.RateLimit;
import dev.thimble.mqtt.paho.PahoLink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** WASI commands as modules of a device. */
class WasiCellTest {
    private static final int NOTCAPABLE = 76;
    private static final int BADF = 8;

    @TempDir Path folder;
    private final SimulatedClock clock = new SimulatedClock();
    private final List<Incident> incidents = new ArrayList<>();
    private SimulatedBoard board;
    private MqttLink link;
    private FileKeyValueStore store;
    private Cell cell;

    @BeforeEach
    void open() throws Exception {
        board = new SimulatedBoard(BoardFile.builtIn("raspberry-pi-4"), clock);
        link = PahoLink.create(LinkOptions.builder("tcp://127.0.0.1:1", "cells").build());
        store = FileKeyValueStore.open(folder.resolve("store"));
        Inbox inbox = new Inbox(4, 2048, clock, () -> { });
        RestartPolicy policy = new RestartPolicy(Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(5));
        cell = new Cell("a", new CellEnvironment(clock, new CellResources(new SharedInputs(board), inbox, clock), new HostRandom(),
            new LogRing("a", clock), store, new ModuleMessages(link, link.publisher("a", RateLimit.UNLIMITED), new Topics("t", "d"), "a",
            inbox), new MetricTable(), policy), (failed, incident) -> incidents.add(incident));
    }

    @AfterEach
    void close() throws Exception {
        cell.close();
        board.close();
        link.close();
        store.close();
    }

    private void run(String module, int logLines, List<Preopen> files, Map<String, String> config) {
        Grant grant = new Grant(Map.of(), List.of(), List.of(), files, new Quotas(0, 0, logLines, 0, 1, 100_000));
        cell.startOrRetry(new Release(module, Modules.parse(module), grant, config, 0, 100, List.of(), List.of()), null, Reason.COLD);
        while (cell.turn(clock.nanos())) {
            assertTrue(incidents.size() < 9);
        }
    }

    private List<String> log() {
        return cell.environment().log().last(20).stream().map(l -> l.level() + " " + l.text()).toList();
    }

    @Test
    void aProgramSpeaksIntoTheLogAndFinishes() {
        run("speaker", 60, List.of(), Map.of());
        assertEquals(List.of("INFO one", "INFO two", "INFO three", "WARN oops", "INFO speaker has finished"), log());
        assertTrue(cell.isRunning(), "there is nothing wrong with it");
        assertEquals("", cell.record().fault());
        clock.advance(10_000_000_000L);
        assertFalse(cell.turn(clock.nanos()));
        assertEquals(Long.MAX_VALUE, cell.nextNanos(), "it is not started again");
        assertEquals(List.of(), incidents);
    }

    @Test
    void anExitCodeIsAnIncidentAndSettingsAreTheEnvironment() {
        run("speaker", 60, List.of(), Map.of("A", "1", "B", "2", "C", "3"));
        assertEquals("exit code 3", incidents.getFirst().kind());
        assertEquals("_start", incidents.getFirst().during());
        assertEquals(1, cell.record().traps());
        clock.advance(201_000_000);
        cell.turn(clock.nanos());
        assertEquals(2, incidents.size(), "it is started again");
    }

    @Test
    void moreLinesThanAreGrantedAreDropped() {
        run("speaker", 2, List.of(), Map.of());
        assertEquals(List.of("INFO one", "INFO two", "INFO speaker has finished"), log());
    }

    @Test
    void filesAreThereAsFarAsTheyAreGranted() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        run("keeper", 60, List.of(new Preopen("/data", data.toString(), true)), Map.of());
        assertEquals(List.of(), incidents);
        assertEquals("hi", Files.readString(data.resolve("note")));
        Files.delete(data.resolve("note"));
        run("keeper", 60, List.of(new Preopen("/data", data.toString(), false)), Map.of());
        assertEquals("exit code " + NOTCAPABLE, incidents.getLast().kind());
        run("keeper", 60, List.of(), Map.of());
        assertEquals("exit code " + BADF, incidents.getLast().kind());
        assertFalse(Files.exists(data.resolve("note")));
    }

    @Test
    void aGrantedFolderThatIsNotThereIsNamed() {
        run("keeper", 60, List.of(new Preopen("/data", folder.resolve("missing").toString(), true)), Map.of());
        assertTrue(incidents.getFirst().kind().matches("a granted directory cannot be opened.*missing"), incidents.getFirst().kind());
    }

    @Test
    void aRefusalNamesTheFilesThatAreMissing() {
        Grant grant = Grant.parse("""
            [[preopen]]
            guest = "/data"
            host = "/var/lib/thimble/data"
            """, "grant.toml");
        Request request = new Request(List.of(), List.of(), List.of(), List.of(new Request.Files("/data", true, false),
            new Request.Files("/more", false, false), new Request.Files("/perhaps", true, true)), Quotas.NONE);
        RefusedException refused = assertThrows(RefusedException.class, () -> Meeting.of(grant, request));
        assertEquals(List.of("files in /data, to be changed", "files in /more"), refused.missing());
        Request modest = new Request(List.of(), List.of(), List.of(), List.of(new Request.Files("/data", false, false)), Quotas.NONE);
        assertEquals(List.of(new Preopen("/data", "/var/lib/thimble/data", false)), Meeting.of(grant, modest).preopens());
        assertEquals(List.of(), Meeting.of(grant, Request.NOTHING).preopens(), "nothing is given that is not asked for");
    }
}
