package dev.thimble.agent.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people type them: a whole number and nothing, {@code KiB}, {@code MiB} or {@code GiB}. */
public final class Sizes {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(KiB|MiB|GiB)?");

    private Sizes() {}

    public static long parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new CommandException(ExitCode.USAGE, "'" + text + "' is no size: write 65536, 64KiB, 4MiB or 1GiB");
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "KiB" -> count << 10;
            case "MiB" -> count << 20;
            case "GiB" -> count << 30;
            case null, default -> count;
        };
    }
}
