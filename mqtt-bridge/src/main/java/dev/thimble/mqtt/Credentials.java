package dev.thimble.mqtt;

import java.nio.file.Path;
import java.util.Objects;

/**
 * User name and the file that holds the password, read again before every connect so that it can be replaced. A single
 * line break at the end of the file is not part of the password.
 *
 * @param passwordFile or null for a user without a password
 */
public record Credentials(String user, Path passwordFile) {
    public Credentials {
        Objects.requireNonNull(user, "user");
    }
}
