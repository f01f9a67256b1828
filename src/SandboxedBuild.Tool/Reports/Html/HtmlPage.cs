using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SandboxedBuild.Tool.Reports.Html;

/// <summary>
/// A report as one page that needs nothing else. What is in it comes from commands that are not trusted: the page has one script and one style sheet, named by their hashes
/// in its policy, and the data is JSON in an element that does not run, in which all that HTML could understand is escaped.
/// </summary>
internal static class HtmlPage
{
    /// <summary>The parts of the one script, in order: each may use what those before it define.</summary>
    private static readonly string[] s_scripts = ["text.js", "dom.js", "format.js", "theme.js", "filter.js", "totals.js", "timeline.js", "steps.js", "patch.js", "diff.js", "tree.js", "changes.js", "detail.js", "page.js"];

    private static readonly string[] s_styles = ["theme.css", "layout.css", "steps.css", "detail.css", "diff.css"];

    public static void Write(Stream stream, ReportDocument report)
    {
        var script = $"(() => {{\n'use strict';\n{string.Concat(s_scripts.Select(Resource))}}})();\n";
        var style = string.Concat(s_styles.Select(Resource));
        var policy = $"default-src 'none'; script-src '{Hash(script)}'; style-src '{Hash(style)}'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
        var parts = new Dictionary<string, Action>(StringComparer.Ordinal)
        {
            ["policy"] = () => Text(policy),
            ["style"] = () => Text(style),
            ["script"] = () => Text(script),
            ["data"] = () => JsonSerializer.Serialize(stream, report, PageJson.Default.ReportDocument),
        };

        // {{name}} in the page stands for a part.
        foreach (var piece in Resource("page.html").Split("{{"))
        {
            var end = piece.IndexOf("}}", StringComparison.Ordinal);
            if (end >= 0)
            {
                parts[piece[..end]]();
            }

            Text(end >= 0 ? piece[(end + 2)..] : piece);
        }

        stream.Flush();

        void Text(string text) => stream.Write(Encoding.UTF8.GetBytes(text));
    }

    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static string Resource(string name)
    {
        using var stream = typeof(HtmlPage).Assembly.GetManifestResourceStream("page/" + name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>The page's data. The encoder is the strict one: <c>&lt;</c>, <c>&gt;</c>, <c>&amp;</c>, quotes and all that is not ASCII become <c>\uNNNN</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReportDocument))]
internal sealed partial class PageJson : JsonSerializerContext;
