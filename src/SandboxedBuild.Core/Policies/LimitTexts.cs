using System.Collections.Immutable;
using System.Globalization;
using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Policies;

/// <summary>Limits as properties, parameters and options give them: texts, of which an empty one is no limit.</summary>
internal sealed record LimitTexts(string? Memory, string? Cpu, string? Process, string? Disk, string? FileSize, string? OpenFile, string? Time)
{
    /// <summary>What there are: the part of a name that tells one from another.</summary>
    public static ImmutableArray<string> Keys { get; } = [nameof(Memory), nameof(Cpu), nameof(Process), nameof(Disk), nameof(FileSize), nameof(OpenFile), nameof(Time)];

    /// <summary>What the user has given for each key.</summary>
    public static LimitTexts Of(Func<string, string?> text) =>
        new(text(nameof(Memory)), text(nameof(Cpu)), text(nameof(Process)), text(nameof(Disk)), text(nameof(FileSize)), text(nameof(OpenFile)), text(nameof(Time)));

    /// <summary>Reads them.</summary>
    /// <param name="name">What the user calls the limit of a key.</param>
    /// <exception cref="SandboxException">One of them is none; the message says what it looks like.</exception>
    public StepLimits Read(Func<string, string> name)
    {
        return new(
            Value<long>(nameof(Memory), Memory, Quantity.Size, Quantity.SizeForm),
            Value<decimal>(nameof(Cpu), Cpu, static text => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= LimitReader.LeastCpu and <= LimitReader.MostCpus ? number : null, "a number of processors, such as 2 or 0.5"),
            Value<int>(nameof(Process), Process, static text => Whole(text, 1, LimitReader.MostProcesses), LimitReader.WholeForm),
            Value<long>(nameof(Disk), Disk, Quantity.Size, Quantity.SizeForm),
            Value<TimeSpan>(nameof(Time), Time, Quantity.Time, Quantity.TimeForm),
            Value<long>(nameof(FileSize), FileSize, Quantity.Size, Quantity.SizeForm),
            Value<int>(nameof(OpenFile), OpenFile, static text => Whole(text, LimitReader.LeastOpenFiles, LimitReader.MostOpenFiles), LimitReader.OpenFilesForm));

        T? Value<T>(string key, string? given, Func<string, T?> parse, string form)
            where T : struct =>
            string.IsNullOrWhiteSpace(given) ? null : parse(given.Trim()) ?? throw InputDiagnostics.InvalidValue(name(key), given, [form]).AsException();
    }

    private static int? Whole(string text, decimal least, decimal most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;
}
