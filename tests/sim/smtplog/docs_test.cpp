#include "profiles/language/reference.hpp"
#include "sim/client/persona.hpp"
#include "sim/generate/mix.hpp"
#include "sim/smtplog/compare_journal.hpp"
#include "sim/smtplog/log_dialect.hpp"
#include "tests/catch.hpp"
#include "tests/source.hpp"

using namespace smtpsim;

namespace {

void shows(const std::string& part) {
    CAPTURE(part); // what docs/smtplog.md should hold
    CHECK((source_text("docs/smtplog.md").find(part) != std::string::npos));
}

} // namespace

TEST_CASE("docs/smtplog.md shows the keys of a mix and of a persona as they are", "[docs]") {
    shows(profiles::keys_markdown(smtplog::mix_shape()));
    shows(profiles::keys_markdown(client::persona_shape()));
    std::string mistakes;
    for (const client::MistakeRow& row : client::mistake_table)
        mistakes += "| `" + std::string(row.name) + "` | " + std::string(row.summary) + " |\n";
    shows(mistakes);
}

TEST_CASE("docs/smtplog.md names every dialect and every difference", "[docs]") {
    for (const smtplog::DialectRow& row : smtplog::dialect_table)
        shows('`' + std::string(row.name) + '`');
    for (const smtplog::DifferenceRow& row : smtplog::difference_table)
        shows("| `" + std::string(row.id) + "` | " + std::string(row.summary) + " |\n");
}
