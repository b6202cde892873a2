/* Numbered durable steps, so that a test can kill the program at each of them. */
/* SPDX-License-Identifier: MIT */
#ifndef BASE_STEP_H
#define BASE_STEP_H

#include "base/base.h"

/*
 * Stands before and after each thing that lasts: a commit, a command to a server. With
 * -Dsteps=true it counts, in every process that shares the file named by WANDLE_STEP_FILE: one
 * line a step, "PID NAME", STEP_LINE_BYTES long. At the step whose number, from 1, is
 * WANDLE_STOP_AT, the whole process group is killed, as a power cut would end it. Without
 * WANDLE_STEP_FILE nothing is counted; in every other build a step is nothing at all.
 */
enum { STEP_LINE_BYTES = 64 };
void step_reached(const char *name);

/*
 * How many seconds the wall clock is off by, as the file says that WANDLE_CLOCK_FILE names: so
 * that a test can set it forward and back while everything runs. Where it cannot be read, as
 * behind a child's walls, as it was when it last could.
 */
int64_t step_clock_shift(void);

#ifdef WANDLE_STEPS
#define step(name) step_reached(name)
#else
#define step(name) ((void)0)
#endif

#endif
