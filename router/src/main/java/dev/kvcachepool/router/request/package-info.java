/** What requests ask for, read within limits: shared by the routes, the proxy and the endpoint picker. */
@NullMarked
package dev.kvcachepool.router.request;

import org.jspecify.annotations.NullMarked;
