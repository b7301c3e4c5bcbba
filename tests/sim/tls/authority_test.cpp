// Each certificate really has its defect: what a client that checks says to it.
#include "sim/tls/authority.hpp"

#include "tests/catch.hpp"
#include "tests/sim/tls/client.hpp"

using namespace smtpsim;
using namespace smtpsim::tls;
using smtp::Certificate;

namespace {

using Store = Owned<X509_STORE, X509_STORE_free>;

X509* read_certificate(const std::string& pem) {
    const MemoryBio in{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    return PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr);
}

/// OpenSSL's verdict of a client that trusts the authority, wants `host` and checks revocation.
int verdict(const Authority& authority, const Identity& identity, const char* host) {
    const Store store{X509_STORE_new()};
    const X509Certificate root{read_certificate(authority.certificate_pem())};
    X509_STORE_add_cert(store.get(), root.get());
    const std::string list = authority.revocation_list_pem();
    const MemoryBio in{BIO_new_mem_buf(list.data(), static_cast<int>(list.size()))};
    const RevocationList revoked{PEM_read_bio_X509_CRL(in.get(), nullptr, nullptr, nullptr)};
    X509_STORE_add_crl(store.get(), revoked.get());
    X509_STORE_set_flags(store.get(), X509_V_FLAG_CRL_CHECK);
    X509_VERIFY_PARAM* const wanted = X509_STORE_get0_param(store.get());
    X509_VERIFY_PARAM_set_auth_level(wanted, 2); // 112 bits: Debian's own
    X509_VERIFY_PARAM_set_purpose(wanted, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set1_host(wanted, host, 0);
    STACK_OF(X509)* const chain = sk_X509_new_null();
    for (const X509Certificate& certificate : identity.chain)
        sk_X509_push(chain, certificate.get());
    const Owned<X509_STORE_CTX, X509_STORE_CTX_free> context{X509_STORE_CTX_new()};
    X509_STORE_CTX_init(context.get(), store.get(), identity.certificate.get(), chain);
    X509_verify_cert(context.get());
    const int error = X509_STORE_CTX_get_error(context.get());
    sk_X509_free(chain);
    return error;
}

} // namespace

TEST_CASE("each certificate has its defect and no other", "[tls][certificate]") {
    const Authority authority{"mail.example.test"};
    const KeyKind key = GENERATE(KeyKind::ec, KeyKind::rsa);
    const auto says = [&](Certificate kind) {
        return verdict(authority, authority.identity(kind, key), "mail.example.test");
    };
    CHECK(says(Certificate::good) == X509_V_OK);
    CHECK(says(Certificate::another) == X509_V_OK);
    CHECK(says(Certificate::huge_chain) == X509_V_OK);
    CHECK(says(Certificate::expired) == X509_V_ERR_CERT_HAS_EXPIRED);
    CHECK(says(Certificate::not_yet_valid) == X509_V_ERR_CERT_NOT_YET_VALID);
    CHECK(says(Certificate::wrong_host) == X509_V_ERR_HOSTNAME_MISMATCH);
    CHECK(says(Certificate::self_signed) == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
    CHECK(says(Certificate::unknown_ca) == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
    CHECK(says(Certificate::weak_key) == X509_V_ERR_EE_KEY_TOO_SMALL);
    CHECK(says(Certificate::weak_hash) == X509_V_ERR_CA_MD_TOO_WEAK);
    CHECK(says(Certificate::wrong_usage) == X509_V_ERR_INVALID_PURPOSE);
    CHECK(says(Certificate::incomplete_chain) == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
    CHECK(says(Certificate::revoked) == X509_V_ERR_CERT_REVOKED);
    CHECK(says(Certificate::nul_in_name) == X509_V_ERR_HOSTNAME_MISMATCH);
}

TEST_CASE("a good certificate is for the loopback names too", "[tls][certificate]") {
    const Authority authority{"mail.example.test"};
    const Identity good = authority.identity(Certificate::good);
    X509* const it = good.certificate.get();
    CHECK(X509_check_host(it, "localhost", 0, 0, nullptr) == 1);
    CHECK(X509_check_host(it, "elsewhere.invalid", 0, 0, nullptr) == 0);
    CHECK(X509_check_ip_asc(it, "127.0.0.1", 0) == 1);
    CHECK(X509_check_ip_asc(it, "::1", 0) == 1);
    const Identity local = Authority{"LocalHost"}.identity(Certificate::good);
    const Owned<GENERAL_NAMES, GENERAL_NAMES_free> names{static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(local.certificate.get(), NID_subject_alt_name, nullptr, nullptr))};
    CHECK(sk_GENERAL_NAME_num(names.get()) == 3); // localhost once
}

TEST_CASE("the name with NUL is the good name to a reader that stops there", "[tls][certificate]") {
    const Authority authority{"mail.example.test"};
    const Identity identity = authority.identity(Certificate::nul_in_name);
    X509_NAME* const subject = X509_get_subject_name(identity.certificate.get());
    const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    const ASN1_STRING* const text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
    const std::string name(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                           static_cast<std::size_t>(ASN1_STRING_length(text)));
    CHECK(name.substr(0, name.find('\0')) == "mail.example.test");
    CHECK(name.size() > name.find('\0'));
}

TEST_CASE("another certificate has another key", "[tls][certificate]") {
    const Authority authority{"h"};
    const Identity one = authority.identity(Certificate::good);
    const Identity two = authority.identity(Certificate::another);
    CHECK(EVP_PKEY_eq(one.key.get(), two.key.get()) == 0);
    CHECK(authority.identity(Certificate::huge_chain).chain.size() == 200);
}
