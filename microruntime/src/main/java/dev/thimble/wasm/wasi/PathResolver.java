package dev.thimble.wasm.wasi;

import dev.thimble.wasm.api.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Follows a guest's path component by component, each opened in the one before it and never through a symbolic link.
 * Links are read and their text is followed in the same way, {@code ..} goes back to a directory that is still open;
 * whatever would lead above the directory that the walk began in, or is absolute, fails with {@code perm}. Since
 * every step is relative to an open directory, renaming and linking beside it changes nothing about that.
 */
final class PathResolver {
    static final int MAX_PATH = 4096;
    private static final int MAX_LINKS = 32;

    private record Step(SecureDirectoryStream<Path> stream, Path path) {
    }

    private final DirectoryDescriptor base;
    private final Deque<Step> way = new ArrayDeque<>();
    private final Deque<String> ahead = new ArrayDeque<>();
    private int links;

    private PathResolver(DirectoryDescriptor base) {
        this.base = base;
    }

    /** A path in memory: UTF-8, no NUL, at most {@link #MAX_PATH} bytes. */
    static String text(Memory memory, int at, int length) {
        Calls.span(memory, at, length);
        if (Integer.compareUnsigned(length, MAX_PATH) > 0) {
            throw new Errno.Failure(Errno.NAMETOOLONG);
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(memory.array(), at, length)).toString();
            if (text.indexOf('\0') >= 0) {
                throw new Errno.Failure(Errno.INVAL);
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new Errno.Failure(Errno.ILSEQ);
        }
    }

    /**
     * @param follow whether a symbolic link at the end is followed
     * @return to be closed by the caller
     */
    static Place resolve(DirectoryDescriptor base, String path, boolean follow) throws IOException {
        var resolver = new PathResolver(base);
        boolean done = false;
        try {
            resolver.way.push(new Step(DirectoryDescriptor.open(base.stream, DirectoryDescriptor.SELF), base.path));
            Place place = resolver.walk(path, follow);
            done = true;
            return place;
        } catch (InvalidPathException e) {
            throw new Errno.Failure(Errno.ILSEQ);
        } finally {
            if (done) {
                resolver.way.pop();
            }
            for (Step step : resolver.way) {
                step.stream.close();
            }
        }
    }

    private Place walk(String path, boolean follow) throws IOException {
        if (path.isEmpty()) {
            throw new Errno.Failure(Errno.NOENT);
        }
        push(path);
        boolean slash = path.endsWith("/");
        while (true) {
            String component = ahead.pop();
            boolean last = ahead.isEmpty();
            if (component.equals("..")) {
                if (way.size() == 1) {
                    throw new Errno.Failure(Errno.PERM);
                }
                way.pop().stream.close();
            }
            if (component.equals("..") || component.equals(".")) {
                if (last) {
                    return place(DirectoryDescriptor.SELF, slash);
                }
                continue;
            }
            Path name = Path.of(component);
            if (last && !(follow || slash)) {
                return place(name, false);
            }
            Place here = place(name, slash);
            Filestat stat = here.statOrNull();
            if (stat != null && stat.filetype() == Filetype.SYMBOLIC_LINK) {
                if (++links > MAX_LINKS) {
                    throw new Errno.Failure(Errno.LOOP);
                }
                String target = here.readLink();
                slash |= last && target.endsWith("/");
                push(target);
            } else if (last) {
                return here;
            } else if (stat == null) {
                throw new Errno.Failure(Errno.NOENT);
            } else {
                Step step = way.peek();
                way.push(new Step(DirectoryDescriptor.open(step.stream, name), step.path.resolve(name)));
            }
        }
    }

    private void push(String path) {
        if (path.startsWith("/")) {
            throw new Errno.Failure(Errno.PERM);
        }
        String[] components = path.split("/+");
        if (path.length() > MAX_PATH || ahead.size() + components.length > MAX_PATH) {
            throw new Errno.Failure(Errno.NAMETOOLONG);
        }
        for (int i = components.length - 1; i >= 0; i--) {
            ahead.push(components[i]);
        }
    }

    private Place place(Path name, boolean mustBeDirectory) {
        Step step = way.peek();
        return new Place(step.stream, step.path, base.root, name, mustBeDirectory);
    }
}
