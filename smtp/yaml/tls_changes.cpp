#include "smtp/yaml/tls_changes.hpp"

#include "core/units.hpp"
#include "core/yaml/shape.hpp"
#include "smtp/yaml/tls_versions.hpp"

#include <algorithm>

namespace smtpsim::smtp {
using namespace yaml;
namespace {

template <class Enum, class Names>
std::optional<Enum> named(const Names& names, std::string_view word) {
    const auto found = std::ranges::find(names, word);
    if (found == names.end()) return std::nullopt;
    return static_cast<Enum>(found - names.begin());
}

std::vector<std::string> texts(const Node& list) {
    std::vector<std::string> out;
    for (const NodePtr& item : list.items) out.push_back(item->text);
    return out;
}

/// Ciphers of TLS 1.3 have names of their own, which the others' do not begin with (RFC 8446 §B.4).
void check_ciphers(const Node& node, Problems& problems) {
    const Node* const ciphers = node.find("ciphers");
    const Node* const range = node.find("versions");
    if (ciphers == nullptr || range == nullptr) return;
    const auto [least, most] = tls_versions(range->text);
    if (!least || !most) return;
    const bool of_1_3 = ciphers->text.starts_with("TLS_");
    if (of_1_3 ? *most != TlsVersion::tls1_3 : *least == TlsVersion::tls1_3)
        problems.push_back(
            {ciphers->place, in_quotes(ciphers->text) + " is not for " + range->text});
}

} // namespace

std::vector<TlsChange> read_tls_changes(const Node& node, Problems& problems) {
    check_ciphers(node, problems);
    std::vector<TlsChange> out;
    const auto key = [&](std::string_view name, auto read) {
        const Node* const value = node.find(name);
        if (value == nullptr) return;
        if (auto change = read(*value)) out.emplace_back(std::move(*change));
    };
    using Change = std::optional<TlsChange>;
    key("certificate", [](const Node& value) -> Change {
        for (const CertificateRow& row : certificate_table)
            if (row.name == value.text)
                return [kind = row.certificate](TlsSettings& tls) { tls.certificate = kind; };
        return std::nullopt;
    });
    key("versions", [](const Node& value) -> Change {
        const auto [least, most] = tls_versions(value.text);
        if (!least || !most) return std::nullopt;
        return [from = *least, to = *most](TlsSettings& tls) {
            tls.least = from;
            tls.most = to;
        };
    });
    key("ciphers", [](const Node& value) -> Change {
        return [text = value.text](TlsSettings& tls) { tls.ciphers = text; };
    });
    key("client-certificate", [](const Node& value) -> Change {
        const auto wanted = named<ClientCertificate>(client_certificate_names, value.text);
        if (!wanted) return std::nullopt;
        return [it = *wanted](TlsSettings& tls) { tls.client_certificate = it; };
    });
    key("alpn", [](const Node& value) -> Change {
        return [names = texts(value)](TlsSettings& tls) { tls.alpn = names; };
    });
    key("names", [](const Node& value) -> Change {
        return [names = texts(value)](TlsSettings& tls) { tls.names = names; };
    });
    key("tickets", [](const Node& value) -> Change {
        return [on = is_true(value)](TlsSettings& tls) { tls.tickets = on; };
    });
    key("close-notify", [](const Node& value) -> Change {
        return [on = is_true(value)](TlsSettings& tls) { tls.close_notify = on; };
    });
    key("records", [](const Node& value) -> Change {
        const auto octets = parse_size(value.text);
        if (!octets) return std::nullopt;
        return [size = *octets](TlsSettings& tls) { tls.record_octets = size; };
    });
    key("stall", [](const Node& value) -> Change {
        const auto where = named<TlsStall>(tls_stall_names, value.text);
        if (!where) return std::nullopt;
        return [it = *where](TlsSettings& tls) { tls.stall = it; };
    });
    key("alert", [](const Node& value) -> Change {
        for (const TlsAlertRow& row : tls_alert_table)
            if (row.name == value.text)
                return [code = row.code](TlsSettings& tls) { tls.alert = code; };
        return std::nullopt;
    });
    return out;
}

} // namespace smtpsim::smtp
