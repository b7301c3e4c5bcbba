#include "smtp/yaml/tls_shape.hpp"

#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "smtp/tls_settings.hpp"
#include "smtp/yaml/tls_versions.hpp"

namespace smtpsim::smtp {
using namespace yaml;
namespace {

std::string wrong_tls_versions(std::string_view text) {
    const auto [least, most] = tls_versions(text);
    return least && most && *most < *least ? "the range ends before it begins" : "";
}

template <class Names> Shape one_of_names(const Names& names) {
    std::vector<std::string> words;
    for (const std::string_view name : names) words.emplace_back(name);
    return one_of(std::move(words));
}

} // namespace

std::vector<Key> tls_keys() {
    static const Shape certificate = [] {
        std::vector<std::string> words;
        for (const CertificateRow& row : certificate_table) words.emplace_back(row.name);
        return one_of("a certificate such as expired", std::move(words));
    }();
    static const Shape versions =
        text_like("a version or a range such as TLSv1.2 or TLSv1.0..TLSv1.2",
                  R"(^TLSv1\.[0-3](\.\.TLSv1\.[0-3])?$)", wrong_tls_versions);
    static const Shape ciphers =
        text_like("ciphers as OpenSSL lists them, such as ECDHE-RSA-AES128-SHA",
                  "^[A-Za-z0-9_:+!@=-]{1,512}$");
    static const Shape client = one_of_names(client_certificate_names);
    static const Shape name = text_like("a name such as smtp", R"(^[\x21-\x7e]{1,255}$)");
    static const Shape names = list_of("a list of names", name);
    static const Shape stall = [] {
        std::vector<std::string> words;
        for (const std::string_view word : tls_stall_names)
            if (word != "none") words.emplace_back(word);
        return one_of(std::move(words));
    }();
    static const Shape alert = [] {
        std::vector<std::string> words;
        for (const TlsAlertRow& row : tls_alert_table) words.emplace_back(row.name);
        return one_of("an alert such as handshake_failure", std::move(words));
    }();
    std::string kinds;
    for (const CertificateRow& row : certificate_table)
        kinds +=
            (kinds.empty() ? "" : "; ") + std::string(row.name) + ": " + std::string(row.summary);
    return {
        {"certificate", &certificate,
         "The certificate that the client gets. " + kinds + ". Unless set: good."},
        {"versions", &versions, "Unless set: TLSv1.2..TLSv1.3."},
        {"ciphers", &ciphers, "Up to TLS 1.2, or names of TLS 1.3 such as TLS_AES_128_GCM_SHA256."},
        {"client-certificate", &client,
         "Whether the server requests a certificate from the client. Any certificate is accepted; "
         "its signature is not checked. Unless set: none."},
        {"alpn", &names, "The protocols that the server knows; others are refused."},
        {"names", &names,
         "The names that SNI can request; others get the alert unrecognized_name."},
        {"tickets", &bool_shape(), "Whether a session can be resumed. Unless set: true."},
        {"close-notify", &bool_shape(),
         "Whether the end is announced with close_notify. Unless set: true."},
        {"records", &positive_size_shape(),
         "At most this number of the server's octets per record."},
        {"stall", &stall,
         "Send nothing more: server-hello is before ServerHello, certificate is after it, "
         "finished is before the server's last flight (TLS 1.2)."},
        {"alert", &alert, "Send this in place of ServerHello and close."},
    };
}

} // namespace smtpsim::smtp
