using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Build.Framework;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Tasks;

/// <summary>Violations as items.</summary>
internal static class ViolationItems
{
    /// <summary>An item has to have a name; where nobody said what it was about, its kind is one.</summary>
    public static ITaskItem[] Of(ImmutableArray<Violation> violations) => [.. violations.Select(static violation =>
    {
        var item = Escaping.Item(violation.Subject.Length > 0 ? violation.Subject : violation.Kind.ToString());
        Set("Kind", violation.Kind.ToString());
        Set("Evidence", violation.Evidence);
        Set("Remedy", violation.Remedy);
        if (violation.Call is { } call)
        {
            Set("SystemCall", call.Name);
            Set("Process", call.Process.ToString(CultureInfo.InvariantCulture));
            Set("CommandLine", call.CommandLine);
            Set("Time", call.Time.ToString("O", CultureInfo.InvariantCulture));
        }

        return item;

        void Set(string name, string value) => item.SetMetadata(name, Escaping.Escape(value));
    })];
}
