#include "hone/apps/invoice/extract_task.h"

namespace hone::invoice {

std::vector<Notice> extract_notices() {
    return {
        {"invoice.document-failed",
         "A document could not be read. encrypted: give its password by --password-env; damaged: the file is broken "
         "beyond repair; empty: there is nothing in it; unsupported: it is of no form that is read; too_large and "
         "too_many_pages: above 256 MiB or 2,000 pages; limit and timeout: it asks for more memory or time than one "
         "document may take; worker_crashed: reading it crashed several times. All other documents were read."},
        {"invoice.no-pdf-worker",
         "PDFs and pictures are read by the program hone-docworker, which is not there. It is built with hone when "
         "libpoppler-dev, libpoppler-private-dev and libseccomp-dev are installed; --docworker says where it is. Text "
         "files and e-invoices in XML are read without it."},
        {"invoice.page-failed",
         "A page could not be read, neither as text nor by recognition; the codes are those of "
         "invoice.document-failed. The other pages were, and the document is marked as partial."},
        {"invoice.check-failed",
         "Numbers of a document contradict each other or a code is wrong: quantity times price and the extended price, "
         "the lines and the subtotal, the parts and the total, check digits, page numbers; or something is missing or "
         "in "
         "doubt: the number, the quantity or price of a line, rows that could not be read, the order of day and month. "
         "Nothing "
         "was changed: look at the page. Values in doubt have a lower confidence."},
        {"invoice.duplicate-document",
         "Two documents have the same vendor, kind, number and total, or the same text. Both are in the result; with "
         "--match only the first counts. Pay one of them."},
        {"invoice.export-refused",
         "A document cannot be written as an electronic invoice: a term that EN 16931 demands is absent, or its sums "
         "contradict each other. Nothing is made up for it; the message names the term."},
        {"invoice.no-template",
         "With --compat: the keywords of no template all occur in the document, so there is no output for it, as with "
         "the original. The message names the nearest templates and the keywords that they lack."},
        {"invoice.no-pages", "--annotate draws pages, and a text file or an e-invoice in XML has none."},
        {"invoice.no-data",
         "Neither lines nor a total were found. documents.json says what each step of reading saw; a template or "
         "another --profile may help, and --ocr always for documents with useless text."},
        {"invoice.template-skipped",
         "A file of the templates is no template: the message says why. The others count. JSON with neither keywords "
         "nor "
         "fields, such as a summary.json in the same folder, is only counted."},
        {"invoice.template-lint",
         "A template works, but probably not as its author meant it: the message says what and where."},
        {"invoice.template-field",
         "A field of a template found nothing or is not understood; the output has no such member."},
        {"invoice.template-failed",
         "The template whose keywords occur in a document gave nothing: missing_required: a required field was not "
         "found; template_error: Python would refuse the template; regex_limit: a pattern took too many steps. Other "
         "steps of reading were tried, except with --compat."},
        {"invoice.template-regex-limit",
         "A pattern of a template took more than a million steps on a document and was cut short. Its field is absent. "
         "Make the pattern more exact: nested repetitions are the usual cause."},
    };
}

}  // namespace hone::invoice
