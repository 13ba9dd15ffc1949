package dev.thimble.agent.recording;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;

/**
 * What an operator wants recorded, as the JSON of a request.
 *
 * @param millis time after which the recording ends; 0 for ten minutes
 * @param events calls and resumptions after which it ends; 0 for any number
 * @param bytes it may take; 0 for as many as the device allows
 */
public record Wish(String module, long millis, long events, long bytes) {
    private static final long DEFAULT_MILLIS = 600_000;
    private static final long MAX_MILLIS = 24 * 3_600_000L;

    /** @throws IllegalArgumentException when a limit is none, or no module is named */
    public Wish {
        if (module == null || module.isEmpty()) {
            throw new IllegalArgumentException("no module is named");
        }
        if (millis < 0 || millis > MAX_MILLIS || events < 0 || bytes < 0) {
            throw new IllegalArgumentException("a recording lasts at most 24 hours, and its limits are not negative");
        }
        millis = millis == 0 ? DEFAULT_MILLIS : millis;
        events = events == 0 ? Long.MAX_VALUE : events;
        bytes = bytes == 0 ? Long.MAX_VALUE : bytes;
    }

    /** @throws IllegalArgumentException when the text is no such wish */
    public static Wish parse(String json) {
        Wish wish;
        try {
            wish = new Gson().fromJson(json, Wish.class);
        } catch (JsonParseException e) {
            throw new IllegalArgumentException("the request is not JSON of a recording's limits", e);
        } catch (RuntimeException e) {
            // Gson wraps what a record's constructor throws into a bare RuntimeException.
            throw e.getCause() instanceof IllegalArgumentException wrong ? wrong : e;
        }
        if (wish == null) {
            throw new IllegalArgumentException("the request is empty");
        }
        return wish;
    }
}
