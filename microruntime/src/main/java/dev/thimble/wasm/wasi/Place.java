package dev.thimble.wasm.wasi;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.Map;

/**
 * Where a path of the guest leads: a name in an open directory. The name may be absent, or a symbolic link that was
 * not to be followed. {@code "."} stands for the directory itself.
 *
 * @param path             of the directory, for what Java cannot do through the stream
 * @param mustBeDirectory  the guest's path ended in a slash
 */
record Place(SecureDirectoryStream<Path> directory, Path path, Path root, Path name, boolean mustBeDirectory) implements Closeable {
    BasicFileAttributeView attributes() {
        return directory.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    boolean isSelf() {
        return name.equals(DirectoryDescriptor.SELF);
    }

    Filestat stat() throws IOException {
        Filestat secure = Filestat.of(attributes().readAttributes(), 1);
        return new Filestat(secure.device(), secure.inode(), secure.filetype(), links(secure), secure.size(),
                secure.accessed(), secure.modified(), secure.changed());
    }

    /** What is there, or null. */
    Filestat statOrNull() throws IOException {
        try {
            return stat();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private long links(Filestat secure) {
        try {
            Map<String, Object> unix = Files.readAttributes(path.resolve(name), "unix:ino,nlink", LinkOption.NOFOLLOW_LINKS);
            return ((Number) unix.get("ino")).longValue() == secure.inode() ? ((Number) unix.get("nlink")).longValue() : 1;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return 1;
        }
    }

    /** The text of a symbolic link. Java reads it by path, so it is believed only if that path still leads to the same link. */
    String readLink() throws IOException {
        Filestat secure = stat();
        if (secure.filetype() != Filetype.SYMBOLIC_LINK) {
            throw new Errno.Failure(Errno.INVAL);
        }
        Path byPath = path.resolve(name);
        String text = Files.readSymbolicLink(byPath).toString();
        BasicFileAttributeView view = Files.getFileAttributeView(byPath, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (!Filestat.of(view.readAttributes(), 1).sameFile(secure)) {
            throw new Errno.Failure(Errno.IO);
        }
        return text;
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }
}
