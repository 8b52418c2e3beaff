/* Preloaded into the lab kernel's process, and only there.
 *
 * getrandom() answers from TWIN_SEED, so that all random numbers inside follow from it (generator: SplitMix64).
 *
 * clone() arms the death signal of each process that runs the guest's code before anything else. The kernel arms it too,
 * but only after an exec; killed in between, it would leave a process that waits for it for ever. */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <unistd.h>

typedef int (*entry)(void *);

int __clone(entry function, void *stack, int flags, void *argument, ...);

static uint64_t state;
static int seeded;

ssize_t getrandom(void *buffer, size_t length, unsigned int flags)
{
	unsigned char *bytes = buffer;

	(void)flags;
	if (!seeded) {
		const char *text = getenv("TWIN_SEED");

		state = text ? strtoull(text, NULL, 10) : 0;
		seeded = 1;
	}
	for (size_t i = 0; i < length; i++) {
		uint64_t z = state += 0x9e3779b97f4a7c15ULL;

		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
		z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
		bytes[i] = (unsigned char)(z ^ (z >> 31));
	}
	return (ssize_t)length;
}

/* What the child is to do; the parent stands still meanwhile (CLONE_VFORK), so one is enough. */
static struct {
	entry function;
	void *argument;
	pid_t parent;
} child;

static int armed(void *unused)
{
	(void)unused;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != child.parent)
		_exit(1);
	return child.function(child.argument);
}

int clone(entry function, void *stack, int flags, void *argument, ...)
{
	va_list rest;
	void *parent_tid, *tls, *child_tid;

	if (flags & CLONE_VFORK) {
		child.function = function;
		child.argument = argument;
		child.parent = getpid();
		return __clone(armed, stack, flags, NULL);
	}
	va_start(rest, argument);
	parent_tid = va_arg(rest, void *);
	tls = va_arg(rest, void *);
	child_tid = va_arg(rest, void *);
	va_end(rest);
	return __clone(function, stack, flags, argument, parent_tid, tls, child_tid);
}
