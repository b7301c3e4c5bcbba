#include "sim/tls/authority.hpp"

#include "core/text.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <stdexcept>

namespace smtpsim::tls {
namespace {

using smtp::Certificate;

constexpr long day = 24L * 3600;
constexpr long revoked_serial = 0x5EC0FFEE;
constexpr int strangers_in_huge_chain = 200;

void must(bool done, const char* what) {
    if (!done) throw std::runtime_error(std::string("OpenSSL: cannot ") + what);
}

Key new_key() {
    Key key{EVP_EC_gen("P-256")};
    must(key != nullptr, "make a key");
    return key;
}

constexpr unsigned rsa_bits = 2048, weak_rsa_bits = 1024;

Key new_rsa_key(unsigned bits) {
    Key key{EVP_RSA_gen(bits)};
    must(key != nullptr, "make an RSA key");
    return key;
}

/// What a certificate says; see made().
struct Draft {
    std::string common_name;
    std::vector<std::string> names; // DNS
    bool loopback = false;          // 127.0.0.1 and ::1 too
    bool is_authority = false;
    const char* usage = nullptr; // extended
    long from = -day, to = 365 * day;
    long serial = 0; // 0: by chance
    const EVP_MD* hash = EVP_sha256();
};

void add(X509* certificate, X509* issuer, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Owned<X509_EXTENSION, X509_EXTENSION_free> extension{
        X509V3_EXT_conf_nid(nullptr, &context, kind, value)};
    must(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "add an extension");
}

GENERAL_NAME* general_name(int kind, std::string_view octets) {
    GENERAL_NAME* const name = GENERAL_NAME_new();
    ASN1_STRING* const text = kind == GEN_IPADD ? ASN1_OCTET_STRING_new() : ASN1_IA5STRING_new();
    must(name != nullptr && text != nullptr &&
             ASN1_STRING_set(text, octets.data(), static_cast<int>(octets.size())) == 1,
         "make a name");
    GENERAL_NAME_set0_value(name, kind, text);
    return name;
}

void add_names(X509* certificate, const Draft& draft) {
    const Owned<GENERAL_NAMES, GENERAL_NAMES_free> names{GENERAL_NAMES_new()};
    for (const std::string& name : draft.names)
        sk_GENERAL_NAME_push(names.get(), general_name(GEN_DNS, name));
    if (draft.loopback) {
        sk_GENERAL_NAME_push(names.get(), general_name(GEN_IPADD, {"\x7f\0\0\1", 4}));
        sk_GENERAL_NAME_push(names.get(), general_name(GEN_IPADD, std::string(15, '\0') + '\1'));
    }
    must(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, 0) == 1, "add names");
}

/// `issuer`: null for one that signs itself.
X509Certificate made(const Draft& draft, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
    X509Certificate certificate{X509_new()};
    X509* const it = certificate.get();
    must(it != nullptr, "make a certificate");
    X509_set_version(it, X509_VERSION_3);
    if (draft.serial != 0) {
        ASN1_INTEGER_set(X509_get_serialNumber(it), draft.serial);
    } else {
        const Owned<BIGNUM, BN_free> serial{BN_new()};
        BN_rand(serial.get(), 120, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY);
        BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(it));
    }
    X509_gmtime_adj(X509_getm_notBefore(it), draft.from);
    X509_gmtime_adj(X509_getm_notAfter(it), draft.to);
    X509_set_pubkey(it, key);
    X509_NAME* const subject = X509_get_subject_name(it);
    const auto entry = [&](const char* field, std::string_view text) {
        X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()), -1, 0);
    };
    entry("O", "smtpsim");
    entry("CN",
          std::string_view(draft.common_name).substr(0, 64)); // RFC 5280 appendix A: ub-common-name
    X509* const signer = issuer == nullptr ? it : issuer;
    X509_set_issuer_name(it, X509_get_subject_name(signer));
    add(it, signer, NID_basic_constraints,
        draft.is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    add(it, signer, NID_key_usage,
        draft.is_authority ? "critical,keyCertSign,cRLSign"
                           : "critical,digitalSignature,keyEncipherment");
    add(it, signer, NID_subject_key_identifier, "hash");
    if (issuer != nullptr) add(it, signer, NID_authority_key_identifier, "keyid:always");
    if (draft.usage != nullptr) add(it, signer, NID_ext_key_usage, draft.usage);
    if (!draft.names.empty()) add_names(it, draft);
    must(X509_sign(it, issuer == nullptr ? key : issuer_key, draft.hash) > 0, "sign a certificate");
    return certificate;
}

Draft authority(std::string name) {
    Draft draft;
    draft.common_name = std::move(name);
    draft.is_authority = true;
    draft.to = 3650 * day;
    return draft;
}

template <class Write> std::string pem(Write write) {
    const MemoryBio out{BIO_new(BIO_s_mem())};
    must(write(out.get()) == 1, "write PEM");
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

} // namespace

Authority::Authority(std::string hostname)
    : hostname_(std::move(hostname)), key_(new_key()), leaf_key_(new_key()),
      certificate_(made(authority("smtpsim test CA"), key_.get(), nullptr, nullptr)) {}

Identity Authority::identity(Certificate kind, KeyKind key) const {
    Draft draft;
    draft.common_name = hostname_;
    draft.names = {hostname_};
    if (!equal_ignoring_case(hostname_, "localhost")) draft.names.emplace_back("localhost");
    draft.loopback = true;
    draft.usage = "serverAuth";
    Identity out;
    if (kind == Certificate::weak_key) {
        out.key = new_rsa_key(weak_rsa_bits);
    } else if (key == KeyKind::rsa) {
        out.key = new_rsa_key(rsa_bits);
    } else if (kind == Certificate::another) {
        out.key = new_key();
    } else {
        EVP_PKEY_up_ref(leaf_key_.get());
        out.key.reset(leaf_key_.get());
    }
    X509* issuer = certificate_.get();
    Key other_key;
    X509Certificate other;
    const auto signed_by = [&](const char* name, bool by_us) {
        other_key = new_key();
        other = made(authority(name), other_key.get(), by_us ? certificate_.get() : nullptr,
                     key_.get());
        issuer = other.get();
    };
    switch (kind) {
    case Certificate::good:
    case Certificate::weak_key:
    case Certificate::another: break;
    case Certificate::expired:
        draft.from = -30 * day;
        draft.to = -day;
        break;
    case Certificate::not_yet_valid: draft.from = day; break;
    case Certificate::wrong_host:
        draft.common_name = "elsewhere.invalid";
        draft.names = {"elsewhere.invalid"};
        draft.loopback = false;
        break;
    case Certificate::self_signed: issuer = nullptr; break;
    case Certificate::unknown_ca: signed_by("smtpsim unknown CA", false); break;
    case Certificate::weak_hash: draft.hash = EVP_sha1(); break;
    case Certificate::wrong_usage: draft.usage = "clientAuth"; break;
    case Certificate::incomplete_chain: signed_by("smtpsim intermediate CA", true); break;
    case Certificate::revoked: draft.serial = revoked_serial; break;
    case Certificate::nul_in_name: {
        using namespace std::string_literals;
        const std::string tail = "\0.elsewhere.invalid"s;
        draft.common_name = hostname_ + tail;
        for (std::string& name : draft.names) name += tail;
        draft.loopback = false;
        break;
    }
    case Certificate::huge_chain:
        for (int i = 0; i < strangers_in_huge_chain; ++i)
            out.chain.push_back(made(authority("stranger " + std::to_string(i)), leaf_key_.get(),
                                     nullptr, nullptr));
        break;
    }
    out.certificate = made(draft, out.key.get(), issuer, other_key ? other_key.get() : key_.get());
    return out;
}

std::string Authority::certificate_pem() const {
    return pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate_.get()); });
}

std::string Authority::revocation_list_pem() const {
    const RevocationList list{X509_CRL_new()};
    X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(certificate_.get()));
    const Owned<ASN1_TIME, ASN1_TIME_free> time{ASN1_TIME_new()};
    X509_gmtime_adj(time.get(), -day);
    X509_CRL_set1_lastUpdate(list.get(), time.get());
    X509_REVOKED* const entry = X509_REVOKED_new();
    const Owned<ASN1_INTEGER, ASN1_INTEGER_free> serial{ASN1_INTEGER_new()};
    ASN1_INTEGER_set(serial.get(), revoked_serial);
    X509_REVOKED_set_serialNumber(entry, serial.get());
    X509_REVOKED_set_revocationDate(entry, time.get());
    X509_CRL_add0_revoked(list.get(), entry);
    X509_gmtime_adj(time.get(), 365 * day);
    X509_CRL_set1_nextUpdate(list.get(), time.get());
    must(X509_CRL_sign(list.get(), key_.get(), EVP_sha256()) > 0, "sign a list");
    return pem([&](BIO* out) { return PEM_write_bio_X509_CRL(out, list.get()); });
}

} // namespace smtpsim::tls
