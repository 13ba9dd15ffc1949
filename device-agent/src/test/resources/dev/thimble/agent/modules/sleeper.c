/* A WASI program as any C compiler for WASI makes it: prints, sleeps, and ends with 3 after three rounds. Built by build.sh. */
#include <stdio.h>
#include <time.h>

int main(void) {
	for (int i = 1; i <= 3; i++) {
		printf("round %d\n", i);
		nanosleep(&(struct timespec){0, 300000000}, NULL);
	}
	fprintf(stderr, "good ");
	fprintf(stderr, "bye\n");
	return 3;
}
