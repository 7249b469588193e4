using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// The GATOS registers at work: a request runs until it has waited as long as an acknowledge does, and is then answered in
/// one step, so that it never rests on what was invalidated in between (§6.3.37, §9).
/// </summary>
/// <param name="state">The registers in force.</param>
/// <param name="bank">The registers.</param>
/// <param name="marking">Answers through the caches, and sets flags of descriptors.</param>
/// <param name="passive">Answers from memory, and changes and remembers nothing: HTTUI.</param>
/// <param name="delay">Turns between a request and its answer.</param>
internal sealed class TranslationOperations(
    SmmuState state,
    RegisterBank bank,
    AtosLookup marking,
    AtosLookup passive,
    int delay
)
{
    private int _turnsLeft;

    /// <summary>A request waits for its answer.</summary>
    public bool Running => bank.Get<GatosCtrl>().RUN;

    /// <summary>ATOS_CTRL is written; a start without translation, or one that is soon without it, is ignored. §6.3.37</summary>
    public void Write(ulong value)
    {
        if (!new GatosCtrl(value).RUN || !state.Enabled || !state.Cr0.SMMUEN)
            return;
        bank.Set(new GatosCtrl { RUN = true });
        _turnsLeft = delay;
        if (delay == 0)
            Finish();
    }

    /// <summary>Hardware's turn, or a look at RUN.</summary>
    public void Turn()
    {
        if (Running && --_turnsLeft <= 0)
            Finish();
    }

    /// <summary>Answers what runs; before translation is switched off, too. §6.3.37</summary>
    public void Finish()
    {
        if (!Running)
            return;
        var what = bank.Get<GatosAddr>();
        bank[GatosPar.Offset] = (what.HTTUI ? passive : marking).Answer(bank.Get<GatosSid>(), what);
        // The answer stands before RUN says so. §6.3.37
        bank.Set(new GatosCtrl());
    }

    /// <summary>ATOS_PAR: UNKNOWN while a request runs, and so not what it was. §6.3.40</summary>
    public ulong Result => Running ? ~bank[GatosPar.Offset] : bank[GatosPar.Offset];
}
