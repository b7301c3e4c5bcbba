// Owners for OpenSSL's objects.
#pragma once

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>

namespace smtpsim::tls {

template <auto free> struct Freed {
    template <class T> void operator()(T* object) const { free(object); }
};
template <class T, auto free> using Owned = std::unique_ptr<T, Freed<free>>;

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using X509Certificate = Owned<X509, X509_free>;
using RevocationList = Owned<X509_CRL, X509_CRL_free>;
using Context = Owned<SSL_CTX, SSL_CTX_free>;
using Connection = Owned<SSL, SSL_free>;
using MemoryBio = Owned<BIO, BIO_free_all>;

} // namespace smtpsim::tls
