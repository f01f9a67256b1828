using System.Globalization;
using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Policies;

/// <summary>Limits as properties, parameters and options give them: texts, of which an empty one is no limit.</summary>
internal static class LimitTexts
{
    /// <summary>Reads them.</summary>
    /// <param name="name">What the user calls the limit of Memory, Cpu, Process, Disk, Time.</param>
    /// <param name="memory">A size.</param>
    /// <param name="cpu">A number of processors.</param>
    /// <param name="processes">A number.</param>
    /// <param name="disk">A size.</param>
    /// <param name="time">A time.</param>
    /// <exception cref="SandboxException">One of them is none; the message says what it looks like.</exception>
    public static StepLimits Read(Func<string, string> name, string? memory, string? cpu, string? processes, string? disk, string? time) => new(
        Value<long>(name("Memory"), memory, Quantity.Size, Quantity.SizeForm),
        Value<decimal>(name("Cpu"), cpu, static text => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= LimitReader.LeastCpu and <= LimitReader.MostCpus ? number : null, "a number of processors, such as 2 or 0.5"),
        Value<int>(name("Process"), processes, static text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= (int)LimitReader.MostProcesses ? number : (int?)null, LimitReader.WholeForm),
        Value<long>(name("Disk"), disk, Quantity.Size, Quantity.SizeForm),
        Value<TimeSpan>(name("Time"), time, Quantity.Time, Quantity.TimeForm));

    private static T? Value<T>(string name, string? text, Func<string, T?> parse, string form)
        where T : struct =>
        string.IsNullOrWhiteSpace(text) ? null : parse(text.Trim()) ?? throw InputDiagnostics.InvalidValue(name, text, [form]).AsException();
}
