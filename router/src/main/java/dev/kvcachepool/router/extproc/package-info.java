/** The endpoint picker that stock gateways call: Envoy's ext_proc over gRPC, as the Gateway API's inference extension has it. */
@NullMarked
package dev.kvcachepool.router.extproc;

import org.jspecify.annotations.NullMarked;
