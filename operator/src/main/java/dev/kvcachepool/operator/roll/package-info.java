/** Brings running cache-nodes to another form, one after another: in place where that is possible, else by replacing the pod. */
@NullMarked
package dev.kvcachepool.operator.roll;

import org.jspecify.annotations.NullMarked;
