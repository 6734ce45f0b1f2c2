package dev.kvcachepool.router.extproc;

/** How gateways reach the picker. */
public sealed interface Transport {
    /** HTTP/2 without TLS. */
    record Plain() implements Transport {}

    /** TLS with a certificate made at the start, which gateways take without a look, as is the convention of pickers. */
    record SelfSigned() implements Transport {}

    /** TLS with a certificate of these files, read anew once they change. */
    record Files(TlsFiles files) implements Transport {}
}
