using System.Collections.Immutable;
using System.Security;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SandboxedBuild.Violations;

/// <summary>What to do about a violation: first what needs no grant, then the narrowest grant that is enough, never more than was asked for.</summary>
internal static class Remedies
{
    private const string Elsewhere = "Write below the project instead, to $(IntermediateOutputPath) for instance, or to $TMPDIR, which is empty and the step's own";

    /// <summary>Characters that MSBuild gives a meaning in an Include.</summary>
    private static readonly ImmutableArray<char> s_special = [.. "%*?@$();'"];

    /// <summary>The remedy.</summary>
    /// <param name="kind">What was refused.</param>
    /// <param name="subject">To what (see <see cref="Violation.Subject"/>).</param>
    /// <param name="removes">Whether it was to be taken away or replaced, which no grant makes possible.</param>
    public static string For(ViolationKind kind, string subject, bool removes = false) => kind switch
    {
        ViolationKind.Write => OfWrite(subject, removes),
        ViolationKind.Protected => $"Other programs obey such files outside of the sandbox. If this step may change them, say so in its rule in sandbox.json: \"protected\": [ {Json(subject)} ]",
        ViolationKind.Read => $"If the step may read it: {Item(subject, "ReadOnly")}",
        ViolationKind.Network => "If the step may use the host's network: Network=\"Host\" on its task, and \"network\": \"Host\" in the rule that admits it",
        _ => "It is refused to every step; run the command in a target that is not sandboxed if it cannot do without",
    };

    private static string OfWrite(string path, bool removes) =>
        path.Length == 0 || removes || !ShownPaths.MayWriteOnHost(path) ? Elsewhere
        : Path.Exists(path) ? $"{Elsewhere}. Or, if the step may change it for good, for nothing catches such a write: {Item(path, "ReadWrite")}"
        : $"{Elsewhere}. Or, if the step may change it for good, for nothing catches such a write, make it first, as a file or a directory, and add {Item(path, "ReadWrite")}";

    private static string Item(string path, string access) => $"<SandboxPath Include=\"{Attribute(path)}\" Access=\"{access}\" />";

    private static string Attribute(string path) =>
        SecurityElement.Escape(string.Concat(path.Select(static character => s_special.Contains(character) ? $"%{(int)character:x2}" : character.ToString())))!;

    private static string Json(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
