// The parameters of MAIL and RCPT, and the extension that defines each (RFC 5321 §4.1.2).
#pragma once

#include "smtp/extension.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace smtpsim::smtp {

struct Parameter {
    std::string_view keyword, value; // "SIZE", "1000"; the value is empty where there is no "="
};
/// Takes the first parameter off `rest`.
/// Errors: nullopt at the end or, with `rest` left as it is, at something that is no parameter.
/// Source: RFC 5321 §4.1.2, esmtp-param.
std::optional<Parameter> next_parameter(std::string_view& rest);

struct ParameterRow {
    std::string_view keyword;
    bool of_mail; // else of RCPT
    Extension extension;
    std::string_view values; // a regular expression for the whole value, case ignored
    std::string_view source;
};

/// Where a keyword stands twice, the row whose values match counts.
inline constexpr std::array parameter_table{
    ParameterRow{"SIZE", true, Extension::size, "[0-9]{1,20}", "RFC 1870 §6.1"},
    ParameterRow{"BODY", true, Extension::eight_bit_mime, "7BIT|8BITMIME", "RFC 6152 §2"},
    ParameterRow{"BODY", true, Extension::binarymime, "BINARYMIME", "RFC 3030 §3"},
    ParameterRow{"SMTPUTF8", true, Extension::smtputf8, "", "RFC 6531 §3.4"},
    ParameterRow{"RET", true, Extension::dsn, "FULL|HDRS", "RFC 3461 §4.3"},
    ParameterRow{"ENVID", true, Extension::dsn, "([!-*,-<>-~]|\\+[0-9A-F]{2}){1,100}",
                 "RFC 3461 §4.4"},
    ParameterRow{"NOTIFY", false, Extension::dsn,
                 "NEVER|(SUCCESS|FAILURE|DELAY)(,(SUCCESS|FAILURE|DELAY)){0,2}", "RFC 3461 §4.1"},
    ParameterRow{"ORCPT", false, Extension::dsn,
                 "[a-z0-9-]+;([!-*,-<>-~\\x80-\\xff]|\\+[0-9A-F]{2}|\\\\x\\{[0-9A-F]+\\}){1,500}",
                 "RFC 3461 §4.2, RFC 6533 §3"},
    ParameterRow{"BY", true, Extension::deliverby,
                 "([-+]?[0-9]{1,9};NT?|\\+?0*[1-9][0-9]{0,8};RT?)", "RFC 2852 §4"},
    ParameterRow{"HOLDFOR", true, Extension::futurerelease, "[1-9][0-9]{0,8}", "RFC 4865 §3"},
    ParameterRow{"HOLDUNTIL", true, Extension::futurerelease,
                 "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[-+][0-9]{2}:"
                 "[0-9]{2})",
                 "RFC 4865 §3"},
    ParameterRow{"MT-PRIORITY", true, Extension::mt_priority, "-?[0-9]", "RFC 6710 §5"},
    ParameterRow{"REQUIRETLS", true, Extension::requiretls, "", "RFC 8689 §2"},
    ParameterRow{"AUTH", true, Extension::auth, "<>|([!-*,-<>-~]|\\+[0-9A-F]{2}){1,500}",
                 "RFC 4954 §5"},
    ParameterRow{"TRANSID", true, Extension::checkpoint, "<[!-;=?-~]{1,80}>", "RFC 1845 §3"},
    ParameterRow{"XVERP", true, Extension::xverp, "([!-<>-~]{2})?", "Postfix VERP_README"},
    ParameterRow{"SOLICIT", true, Extension::no_soliciting, "[a-z0-9.:_-]+(,[a-z0-9.:_-]+)*",
                 "RFC 3865 §3.2"},
    ParameterRow{"MTRK", true, Extension::mtrk, "[a-z0-9+/=]+(:[0-9]{1,9})?", "RFC 3885 §3"},
    ParameterRow{"SUBMITTER", true, Extension::submitter, "([!-*,-<>-~]|\\+[0-9A-F]{2}){1,500}",
                 "RFC 4405 §4"},
    ParameterRow{"RRVS", false, Extension::rrvs,
                 "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[-+][0-9]{2}:"
                 "[0-9]{2})(;[CR])?",
                 "RFC 7293 §3.1"},
    ParameterRow{"CONPERM", true, Extension::conperm, "", "RFC 4141 §3"},
    ParameterRow{"CONNEG", false, Extension::conneg, "", "RFC 4141 §4"},
};

/// The row of a parameter, and whether its value is one of the row's; `of_mail`: else of RCPT.
/// Errors: `row` is null where no extension has this keyword.
struct KnownParameter {
    const ParameterRow* row;
    bool valid;
    std::size_t sets; // the first of the rows that set the same: a command has one of them
};
KnownParameter known_parameter(const Parameter& parameter, bool of_mail);

} // namespace smtpsim::smtp
