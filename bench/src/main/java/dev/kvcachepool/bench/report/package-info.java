/** What is written down: tables, JSON, plots, and the targets beside the figures. */
@NullMarked
package dev.kvcachepool.bench.report;

import org.jspecify.annotations.NullMarked;
