package dev.thimble.benchmarks.jmh;

import dev.thimble.benchmarks.report.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * Runs JMH over the corpus and prints a table of times relative to the first engine. Takes JMH's own options, for
 * example {@code -p engine=thimble,endive -p program=crc32 -jvmArgsAppend -XX:TieredStopAtLevel=1}. Wall time, so for
 * a quiet machine; {@code compare.Compare} measures CPU time.
 */
public final class Suite {
    private Suite() {
    }

    public static void main(String[] args) throws CommandLineOptionException, RunnerException {
        Collection<RunResult> results = new Runner(new CommandLineOptions(args)).run();
        var rates = new HashMap<List<String>, Double>();
        var engines = new LinkedHashSet<String>();
        var programs = new LinkedHashSet<String>();
        for (RunResult r : results) {
            String engine = r.getParams().getParam("engine");
            String program = r.getParams().getParam("program");
            engines.add(engine);
            programs.add(program);
            rates.put(List.of(engine, program), r.getSecondaryResults().get("work").getScore());
        }
        if (!rates.isEmpty()) {
            System.out.println("\nTime as a multiple of " + engines.getFirst() + "'s\n");
            System.out.println(table(rates, engines, programs).markdown());
        }
    }

    private static Table table(Map<List<String>, Double> rates, Collection<String> engines,
                               Collection<String> programs) {
        var table = new Table(new ArrayList<>(programs));
        String first = engines.iterator().next();
        for (String engine : engines) {
            for (String program : programs) {
                Double reference = rates.get(List.of(first, program));
                Double rate = rates.get(List.of(engine, program));
                if (reference != null && rate != null) {
                    table.put(engine, program, reference / rate);
                }
            }
        }
        return table;
    }
}
