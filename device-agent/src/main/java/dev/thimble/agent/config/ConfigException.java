package dev.thimble.agent.config;

/** A setting that cannot be used; the message names the key, where it was given and what is allowed. */
public final class ConfigException extends RuntimeException {
    public ConfigException(String message) {
        super(message);
    }
}
