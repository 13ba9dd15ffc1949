package dev.thimble.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Ratios by engine and program, with their geometric means; prints as a Markdown table that is also readable as text. */
public final class Table {
    private final List<String> programs;
    private final Map<String, Map<String, Double>> columns = new LinkedHashMap<>();

    public Table(List<String> programs) {
        this.programs = programs;
    }

    public void put(String engine, String program, double ratio) {
        columns.computeIfAbsent(engine, e -> new LinkedHashMap<>()).put(program, ratio);
    }

    public boolean isEmpty() {
        return columns.isEmpty();
    }

    /** Of the engine's programs; NaN when it has none. */
    public double geometricMean(String engine) {
        return geometricMean(columns.getOrDefault(engine, Map.of()).values().stream().toList());
    }

    public String markdown() {
        var rows = new ArrayList<List<String>>();
        var head = new ArrayList<>(List.of("program"));
        head.addAll(columns.keySet());
        rows.add(head);
        for (String program : programs) {
            rows.add(row(program, c -> c.get(program)));
        }
        rows.add(row("**geometric mean**", c -> geometricMean(List.copyOf(c.values()))));
        rows.add(row("slowest", c -> c.values().stream().max(Double::compare).orElse(null)));
        String first = columns.keySet().stream().findFirst().orElseThrow();
        rows.add(row("mean ÷ " + first, this::relativeToFirst));
        return layout(rows);
    }

    /** Over the programs that both have. */
    private Double relativeToFirst(Map<String, Double> column) {
        var first = columns.values().iterator().next();
        var quotients = column.entrySet().stream().filter(e -> first.containsKey(e.getKey()))
                .map(e -> e.getValue() / first.get(e.getKey())).toList();
        return quotients.isEmpty() ? null : geometricMean(quotients);
    }

    private List<String> row(String title, java.util.function.Function<Map<String, Double>, Double> cell) {
        var row = new ArrayList<>(List.of(title));
        columns.values().forEach(c -> row.add(format(cell.apply(c))));
        return row;
    }

    private static double geometricMean(List<Double> values) {
        return Math.exp(values.stream().filter(Objects::nonNull).mapToDouble(Math::log).average().orElse(Double.NaN));
    }

    private static String format(Double ratio) {
        if (ratio == null || ratio.isNaN()) {
            return "–";
        }
        return String.format(Locale.ROOT, ratio < 0.995 ? "%.3f" : ratio < 10 ? "%.2f" : ratio < 100 ? "%.1f" : "%.0f", ratio);
    }

    private static String layout(List<List<String>> rows) {
        int columns = rows.getFirst().size();
        int[] width = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                width[i] = Math.max(width[i], row.get(i).length());
            }
        }
        var text = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            text.append('|');
            for (int i = 0; i < columns; i++) {
                String cell = rows.get(r).get(i);
                String padding = " ".repeat(width[i] - cell.length());
                text.append(' ').append(i == 0 ? cell + padding : padding + cell).append(" |");
            }
            text.append('\n');
            if (r == 0) {
                text.append('|');
                for (int i = 0; i < columns; i++) {
                    text.append(" ").append("-".repeat(width[i] - 1)).append(i == 0 ? "- |" : ": |");
                }
                text.append('\n');
            }
        }
        return text.toString();
    }
}
