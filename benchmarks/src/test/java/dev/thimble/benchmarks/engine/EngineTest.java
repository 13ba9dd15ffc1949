package dev.thimble.benchmarks.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.thimble.benchmarks.corpus.Corpus;
import dev.thimble.benchmarks.corpus.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every engine gets the right result of every program, so that the comparison compares the same work. */
class EngineTest {
    static Stream<Arguments> enginesAndPrograms() {
        return Stream.of(Engine.values())
                .flatMap(engine -> Corpus.programs().stream().map(program -> Arguments.of(engine, program)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("enginesAndPrograms")
    void computesTheChecksum(Engine engine, Program program) {
        Entry entry = engine.load(program.wasm());
        assertEquals(program.smallResult(), entry.run(program.smallN()));
        assertEquals(program.smallResult(), entry.run(program.smallN()), "a second call gives the same");
    }

    @Test
    void theLauncherGivesTheFlagsThatAreMeasured() throws IOException {
        List<String> launcher = List.of(Files.readString(Path.of("../thimble")).split("[\\s()]+"));
        assertEquals(List.of(), Engine.LAUNCHER_FLAGS.stream().filter(flag -> !launcher.contains(flag)).toList());
    }
}
