// The part of the language about TLS and AUTH: `server.tls` and `server.auth`.
#include "profiles/language/language.hpp"

#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "smtp/sasl/mechanism.hpp"
#include "smtp/yaml/tls_shape.hpp"

namespace smtpsim::profiles {
using namespace yaml;

const Shape& tls_shape() {
    static const Shape shape = [] {
        std::vector<Key> keys = smtp::tls_keys();
        keys.insert(keys.begin(),
                    {{"starttls", &bool_shape(),
                      "Whether STARTTLS is announced and supported. Unless set: true, if the "
                      "profile has tls."},
                     {"required", &bool_shape(),
                      "Whether all commands except EHLO, NOOP, QUIT and STARTTLS get "
                      "`wording.tls-required` before TLS. Unless set: false."}});
        return record_of("a map with what TLS is like, {} for the usual", std::move(keys));
    }();
    return shape;
}

const Shape& auth_shape() {
    static const Shape mechanism = [] {
        std::vector<std::string> words;
        for (const sasl::MechanismRow& row : sasl::mechanism_table) words.emplace_back(row.name);
        return one_of("a mechanism such as PLAIN", std::move(words));
    }();
    static const Shape mechanisms = list_of("a list of mechanisms", mechanism);
    static const Shape users = [] {
        Shape map;
        map.form = Form::map;
        map.expected = "a map of names and passwords";
        map.key_expected = "a name";
        map.key_pattern = R"(^[^\x00-\x1f\x7f]{1,255}$)";
        map.item = &text_shape();
        return compile(std::move(map));
    }();
    static const Shape shape = record_of(
        "a map with mechanisms",
        {{"mechanisms", &mechanisms,
          "The mechanisms of AUTH, which EHLO announces unless extensions has an AUTH line. Unless "
          "set: those of that line, otherwise PLAIN and LOGIN."},
         {"users", &users,
          "Users who can log in, and their passwords; for XOAUTH2 and OAUTHBEARER the token. "
          "Without it any name and password are accepted."},
         {"required", &bool_shape(),
          "Whether MAIL gets `wording.auth-required` before AUTH. Unless set: false."},
         {"after-tls", &bool_shape(),
          "Whether AUTH is neither announced nor accepted before TLS. Unless set: false."}});
    return shape;
}

} // namespace smtpsim::profiles
