using System.Collections.Immutable;
using System.Globalization;
using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Policies;

/// <summary>Limits as properties, parameters and options give them: texts, of which an empty one is no limit.</summary>
internal static class LimitTexts
{
    /// <summary>What there are: the part of a name that tells one from another.</summary>
    public static ImmutableArray<string> Keys { get; } = ["Memory", "Cpu", "Process", "Disk", "FileSize", "OpenFile", "Time"];

    /// <summary>Reads them.</summary>
    /// <param name="name">What the user calls the limit of a key.</param>
    /// <param name="text">What the user has given for it.</param>
    /// <exception cref="SandboxException">One of them is none; the message says what it looks like.</exception>
    public static StepLimits Read(Func<string, string> name, Func<string, string?> text)
    {
        return new(
            Value<long>("Memory", Quantity.Size, Quantity.SizeForm),
            Value<decimal>("Cpu", static text => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= LimitReader.LeastCpu and <= LimitReader.MostCpus ? number : null, "a number of processors, such as 2 or 0.5"),
            Value<int>("Process", static text => Whole(text, 1, LimitReader.MostProcesses), LimitReader.WholeForm),
            Value<long>("Disk", Quantity.Size, Quantity.SizeForm),
            Value<TimeSpan>("Time", Quantity.Time, Quantity.TimeForm),
            Value<long>("FileSize", Quantity.Size, Quantity.SizeForm),
            Value<int>("OpenFile", static text => Whole(text, LimitReader.LeastOpenFiles, LimitReader.MostOpenFiles), LimitReader.OpenFilesForm));

        T? Value<T>(string key, Func<string, T?> parse, string form)
            where T : struct =>
            text(key) is not { } given || string.IsNullOrWhiteSpace(given) ? null : parse(given.Trim()) ?? throw InputDiagnostics.InvalidValue(name(key), given, [form]).AsException();
    }

    private static int? Whole(string text, decimal least, decimal most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;
}
