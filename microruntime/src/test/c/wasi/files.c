// A plain C program: the same source runs natively and under WASI, and must print the same.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int by_length(const void *a, const void *b) {
  const char *x = *(const char *const *)a, *y = *(const char *const *)b;
  size_t m = strlen(x), n = strlen(y);
  return m != n ? (m < n ? -1 : 1) : strcmp(x, y);
}

static void say(const char *what, int result) {
  printf("%s: %s\n", what, result < 0 ? strerror(errno) == NULL ? "?" : errno == ENOENT ? "ENOENT" : errno == EEXIST ? "EEXIST"
    : errno == ENOTDIR ? "ENOTDIR" : errno == EISDIR ? "EISDIR" : errno == ENOTEMPTY ? "ENOTEMPTY" : errno == EBADF ? "EBADF" : "other" : "ok");
}

int main(int argc, char **argv) {
  // argv[1] is the folder to work in.
  const char *folder = argv[1];
  char name[256], other[256], line[256];
  for (int i = 2; i < argc; i++) {
    printf("argv[%d]=%s\n", i, argv[i]);
  }
  qsort(argv + 2, argc - 2, sizeof(char *), by_length);
  snprintf(name, sizeof name, "%s/words.txt", folder);
  FILE *f = fopen(name, "w");
  if (!f) {
    perror(name);
    return 1;
  }
  for (int i = 2; i < argc; i++) {
    fprintf(f, "%-8s|%5zu|%8.3f|%#x\n", argv[i], strlen(argv[i]), strlen(argv[i]) / 7.0, i * 255);
  }
  fclose(f);
  f = fopen(name, "a+");
  fprintf(f, "appended\n");
  rewind(f);
  while (fgets(line, sizeof line, f)) {
    fputs(line, stdout);
  }
  fseek(f, -4, SEEK_END);
  const char *tail = fgets(line, sizeof line, f);
  printf("tail %s at %ld\n", tail ? tail : "none", ftell(f));
  fclose(f);

  struct stat st;
  say("stat", stat(name, &st));
  printf("size %lld regular %d\n", (long long)st.st_size, S_ISREG(st.st_mode));
  snprintf(other, sizeof other, "%s/sub", folder);
  say("mkdir", mkdir(other, 0777));
  say("mkdir again", mkdir(other, 0777));
  say("open a directory to write", open(other, O_WRONLY));
  snprintf(other, sizeof other, "%s/sub/moved.txt", folder);
  say("rename", rename(name, other));
  say("stat old", stat(name, &st));
  snprintf(line, sizeof line, "%s/sub", folder);
  say("rmdir full", rmdir(line));
  say("unlink a directory", unlink(line));
  say("link", link(other, name));
  say("stat link", stat(name, &st));
  printf("links %d\n", (int)st.st_nlink);
  snprintf(line, sizeof line, "%s/soft", folder);
  say("symlink", symlink("sub/moved.txt", line));
  char target[64];
  ssize_t n = readlink(line, target, sizeof target);
  printf("readlink %.*s\n", (int)n, target);
  int fd = open(line, O_RDWR);
  say("open by symlink", fd);
  printf("pwrite %zd\n", pwrite(fd, "PATCH", 5, 2));
  printf("pread %zd", pread(fd, target, 9, 0));
  printf(" %.9s\n", target);
  say("ftruncate", ftruncate(fd, 6));
  say("fstat", fstat(fd, &st));
  printf("now %lld\n", (long long)st.st_size);
  printf("lseek %lld\n", (long long)lseek(fd, 3, SEEK_SET));
  say("close", close(fd));
  say("close again", close(fd));

  DIR *d = opendir(folder);
  char *names[32];
  int count = 0;
  for (struct dirent *e; (e = readdir(d)) && count < 32;) {
    if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..")) {
      names[count++] = strdup(e->d_name);
    }
  }
  closedir(d);
  qsort(names, count, sizeof(char *), by_length);
  for (int i = 0; i < count; i++) {
    printf("entry %s\n", names[i]);
  }
  say("unlink", unlink(line));
  say("unlink", unlink(name));
  say("unlink", unlink(other));
  snprintf(line, sizeof line, "%s/sub", folder);
  say("rmdir", rmdir(line));
  printf("HOME=%s\n", getenv("THIMBLE_TEST") ? getenv("THIMBLE_TEST") : "unset");
  while (fgets(line, sizeof line, stdin)) {
    printf("in: %s", line);
  }
  fprintf(stderr, "done\n");
  return argc + 30;
}
