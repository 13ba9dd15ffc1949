package dev.thimble.agent;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;

/** One way of writing records as JSON for everything that people and their tools read. */
public final class Json {
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private Json() {}

    public static String of(Object object) {
        return GSON.toJson(object);
    }

    /** @throws com.google.gson.JsonSyntaxException when the text is not such an object */
    public static <T> T parse(String json, Class<T> type) {
        return GSON.fromJson(json, type);
    }
}
