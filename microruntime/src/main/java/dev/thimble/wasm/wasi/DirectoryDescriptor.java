package dev.thimble.wasm.wasi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.List;

/**
 * An open directory. What is in it is reached through the open stream ({@code openat} and its like), so that nobody
 * can change the way to it; {@code path} is only for what Java cannot do that way.
 */
final class DirectoryDescriptor extends Descriptor {
    static final Path SELF = Path.of(".");

    final SecureDirectoryStream<Path> stream;
    final Path path;
    /** The preopened directory above it, which the embedder named and so is trusted. */
    final Path root;
    /** The name under which the guest knows it, or null unless it is preopened. */
    final byte[] preopenName;
    /** What the last {@code fd_readdir} from the beginning saw. */
    List<DirectoryEntry> entries;

    DirectoryDescriptor(SecureDirectoryStream<Path> stream, Path path, Path root, byte[] preopenName, long rights, long inheriting) {
        super(Filetype.DIRECTORY, rights, inheriting);
        this.stream = stream;
        this.path = path;
        this.root = root;
        this.preopenName = preopenName;
    }

    record DirectoryEntry(byte[] name, long inode, int filetype) {
    }

    static SecureDirectoryStream<Path> open(Path host) throws IOException {
        var stream = Files.newDirectoryStream(host);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new UnsupportedOperationException("files for modules need a file system with secure directory streams, as Linux has; "
                + host + " has none");
    }

    static SecureDirectoryStream<Path> open(SecureDirectoryStream<Path> parent, Path name) throws IOException {
        return parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    void sync(boolean metadata) {
        // Java cannot sync a directory that it did not open by path; the journal writes it with the next file's.
    }

    @Override
    Filestat stat() throws IOException {
        return Filestat.of(attributes().readAttributes(), 1);
    }

    @Override
    BasicFileAttributeView attributes() {
        return stream.getFileAttributeView(BasicFileAttributeView.class);
    }

    @Override
    DirectoryDescriptor directory() {
        return this;
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
