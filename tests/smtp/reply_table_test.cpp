#include "smtp/reply_table.hpp"

#include "tests/catch.hpp"

using namespace smtpsim;
using namespace smtpsim::smtp;

TEST_CASE("every text of the reply table can be parsed", "[reply-table]") {
    for (const ReplyRow& row : reply_table) {
        CAPTURE(row.name);
        std::string_view bad;
        CHECK(Template::parse(row.text, bad).has_value());
        CHECK_FALSE(row.source.empty());
    }
}
